// What charts.js draws with, and nothing else of ECharts.
export { use, init, getInstanceByDom } from 'echarts/core';
import { use } from 'echarts/core';
import { LineChart, BarChart, ScatterChart, RadarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, AxisPointerComponent, MarkLineComponent, MarkPointComponent, MarkAreaComponent, RadarComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, BarChart, ScatterChart, RadarChart, GridComponent, TooltipComponent, AxisPointerComponent, MarkLineComponent, MarkPointComponent, MarkAreaComponent, RadarComponent, SVGRenderer]);
