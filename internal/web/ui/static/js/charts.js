/* Charts read the HTML table inside their own <figure class="xg-chart" data-chart="…">: one source for screen, screen reader, print,
   copying and chart. No data in script, no inline style. What is drawn how is said in the head of the table, see ui.Series. */
(() => {
	'use strict';
	const zh = document.documentElement.lang.startsWith('zh');
	const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
	const still = matchMedia('(prefers-reduced-motion:reduce)').matches;
	const narrow = () => innerWidth < 768;
	const palette = () => ({
		ink: css('--xg-ink'), ink2: css('--xg-ink-2'), ink3: css('--xg-ink-3'), grid: css('--xg-grid'), line: css('--xg-line-2'), ref: css('--xg-ref'), band: css('--xg-band'),
		surface: css('--xg-surface'), raised: css('--xg-raised'), series: [1, 2, 3, 4, 5, 6].map(i => css('--xg-c' + i)),
		good: css('--xg-good-f'), warn: css('--xg-warn-f'), bad: css('--xg-bad-f'), brand: css('--xg-brand'), font: css('--xg-sans'), dark: '#14191c',
	});
	const colour = (p, key) => !key ? p.series[0] : /^[1-6]$/.test(key) ? p.series[key - 1] : p[key];
	const decimals = (v, n) => v.toLocaleString('en-US', { minimumFractionDigits: n, maximumFractionDigits: n });
	const minus = s => s.replace('-', '−');

	// Short figures for axes: 万 and 亿, or K and M. The full value is in the tooltip and in the table.
	const short = v => {
		const a = Math.abs(v);
		if (zh) return minus(a >= 1e8 ? +(v / 1e8).toFixed(2) + '亿' : a >= 1e4 ? +(v / 1e4).toFixed(a >= 1e6 ? 0 : 1) + '万' : (+v.toFixed(1)).toLocaleString('en-US'));
		return minus(a >= 1e6 ? +(v / 1e6).toFixed(2) + 'M' : a >= 1e4 ? +(v / 1e3).toFixed(0) + 'K' : v.toLocaleString('en-US'));
	};
	const full = {
		yuan: v => (v < 0 ? '−' : '') + '¥' + decimals(Math.abs(v), 2),
		wan: v => minus(decimals(v, 1)) + (zh ? '万' : '0K'),
		pct: v => minus(v.toFixed(1)) + '%',
		days: v => minus(v.toFixed(1)) + (zh ? '天' : ' days'),
		n: v => minus(v.toLocaleString('en-US')),
	};
	const axisText = { yuan: short, wan: v => v.toLocaleString('en-US'), pct: v => v + '%', days: v => v, n: v => v };

	// Tooltips are nodes: a string would need inline styles, which the policy forbids.
	const tip = (title, rows) => {
		const box = document.createElement('div');
		box.className = 'xg-tip';
		const head = document.createElement('b');
		head.textContent = title;
		box.append(head);
		for (const [name, value] of rows) {
			const left = document.createElement('span'), right = document.createElement('span');
			left.textContent = name;
			right.textContent = value;
			box.append(left, right);
		}
		return box;
	};

	const read = figure => {
		const table = figure.querySelector('table');
		const heads = [...table.querySelectorAll('thead th')];
		const rows = [...table.querySelectorAll('tbody tr:not(.sum)')].map(r => [...r.children]);
		const number = cell => {
			const s = cell.dataset.v ?? cell.textContent.replace(/[^\d.−-]/g, '').replace('−', '-');
			return s === '' || s === '-' ? null : +s;
		};
		return {
			categories: rows.map(r => r[0].textContent.trim()), rows,
			series: heads.slice(1).map((head, i) => ({ name: head.textContent.trim(), d: head.dataset, data: rows.map(r => r[i + 1] ? number(r[i + 1]) : null) })),
		};
	};

	const base = (p, write) => ({
		animation: !still, animationDuration: 240, textStyle: { fontFamily: p.font, color: p.ink2, fontSize: 12 },
		grid: { left: 4, right: 12, top: 26, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
		tooltip: {
			trigger: 'axis', triggerOn: 'mousemove|click', confine: true, backgroundColor: p.raised, borderColor: p.line, borderWidth: 1, padding: [8, 12],
			extraCssText: 'border-radius:8px;box-shadow:0 6px 20px rgba(30,28,20,.12)', axisPointer: { type: 'line', lineStyle: { color: p.line } },
			formatter: a => {
				const points = [].concat(a);
				return tip(points[0].axisValueLabel ?? points[0].name, points.filter(x => x.value != null && x.seriesName[0] !== '_').map(x => [x.seriesName, write(Array.isArray(x.value) ? x.value[1] : x.value)]));
			},
		},
	});
	const shadow = p => ({ type: 'shadow', shadowStyle: { color: p.band, opacity: .5 } });
	const categoryAxis = (p, data, more = {}) => ({ type: 'category', data, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, axisLabel: { color: p.ink2, fontSize: 12, hideOverlap: true }, ...more });
	const valueAxis = (p, unit, more = {}) => ({ type: 'value', axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: p.grid } }, splitNumber: 4, axisLabel: { color: p.ink3, fontSize: 12, formatter: axisText[unit] }, ...more });
	const bound = s => s === undefined || s === '' ? undefined : +s;

	const comboSeries = (p, s) => {
		const c = colour(p, s.d.c), line = s.d.t !== 'bar';
		return {
			name: s.name, type: line ? 'line' : 'bar', stack: s.d.stack, barMaxWidth: 22, symbol: s.d.t === 'line' ? 'circle' : 'none', symbolSize: 5, showSymbol: false, z: line ? 3 : 2,
			data: s.data.map((v, i) => s.d.last && i === s.data.length - 1 ? { value: v, itemStyle: { color: c, opacity: .55 } } : v),
			itemStyle: { color: c, borderRadius: line || s.d.stack ? 0 : [3, 3, 0, 0] },
			lineStyle: { color: c, width: s.d.t === 'line' ? 2.2 : 1.6, type: { line: 'solid', dash: [6, 4], dot: [2, 3] }[s.d.t] },
			areaStyle: s.d.area ? { color: c, opacity: .08 } : undefined,
			markLine: s.d.goal ? { silent: true, symbol: 'none', lineStyle: { color: p.ink2, type: [6, 4], width: 1.4 }, label: { formatter: s.d.goaltext || '', position: 'insideEndTop', color: p.ink2, fontSize: 12 }, data: [{ yAxis: +s.d.goal }] } : undefined,
		};
	};

	const build = {
		combo(p, d, f, unit) {
			return {
				...base(p, full[unit]), xAxis: categoryAxis(p, d.categories, f.dataset.every ? { axisLabel: { color: p.ink2, interval: +f.dataset.every - 1 } } : {}),
				yAxis: valueAxis(p, unit, { name: f.dataset.axis1, nameTextStyle: { color: p.ink3, align: 'left' }, min: bound(f.dataset.min), max: bound(f.dataset.max) }), series: d.series.map(s => comboSeries(p, s)),
			};
		},
		hstack(p, d, f, unit) {
			const o = base(p, full[unit]);
			return {
				...o, grid: { ...o.grid, top: 4 }, tooltip: { ...o.tooltip, axisPointer: shadow(p) }, xAxis: valueAxis(p, unit), yAxis: categoryAxis(p, d.categories, { inverse: true, axisLine: { show: false } }),
				series: d.series.map(s => ({ name: s.name, type: 'bar', stack: 'all', barWidth: 14, data: s.data, itemStyle: { color: colour(p, s.d.c), borderColor: p.surface, borderWidth: 1 } })),
			};
		},
		radar(p, d) {
			const label = { show: true, formatter: x => x.value.toFixed(1), color: p.ink, fontSize: 12, fontWeight: 600, backgroundColor: p.surface, padding: [1, 2], borderRadius: 3 };
			return {
				...base(p, full.n), tooltip: { show: false },
				radar: { center: ['50%', '53%'], radius: '74%', splitNumber: 5, indicator: d.categories.map(name => ({ name, min: 0, max: 5 })), axisName: { color: p.ink, fontSize: 12 }, splitLine: { lineStyle: { color: p.grid } }, splitArea: { show: false }, axisLine: { lineStyle: { color: p.grid } } },
				series: [{ type: 'radar', symbolSize: 6, data: d.series.map((s, i) => ({ name: s.name, value: s.data, itemStyle: { color: colour(p, s.d.c) }, symbol: i ? 'none' : 'circle', lineStyle: { color: colour(p, s.d.c), width: i ? 1.6 : 2.2, type: i ? [5, 4] : 'solid' }, areaStyle: i ? undefined : { opacity: .12, color: colour(p, s.d.c) }, label: i ? undefined : label })) }],
			};
		},
		// Column 1 holds signed changes; rows with data-total are absolute. Zero is the period before.
		waterfall(p, d, f, unit) {
			let run = 0;
			const low = [], bars = [];
			d.rows.forEach((cells, i) => {
				const v = d.series[0].data[i] ?? 0, total = cells[0].parentNode.dataset.total !== undefined;
				const from = total ? 0 : run;
				run = total ? v : run + v;
				// a floor below zero and a bar above it cannot be stacked, so such a bar starts at zero
				low.push(from * run < 0 ? 0 : Math.abs(from) < Math.abs(run) ? from : run);
				bars.push({ value: from * run < 0 ? run : run - low[i] || from - low[i], raw: v, total, itemStyle: { color: total ? p.series[0] : v >= 0 ? p.good : p.bad } });
			});
			const o = base(p, full[unit]), phone = narrow();
			const signed = v => (v < 0 ? '−' : v > 0 ? '+' : '') + Math.abs(v).toLocaleString('en-US', { maximumFractionDigits: 0 });
			const names = categoryAxis(p, d.categories, phone ? { inverse: true } : { axisLabel: { color: p.ink2, fontSize: 12, interval: 0, width: 84, overflow: 'break' } });
			const values = valueAxis(p, unit, { axisLabel: { color: p.ink3, formatter: short }, ...(phone ? { splitNumber: 3 } : {}) });
			return {
				...o, grid: phone ? { ...o.grid, right: 56 } : o.grid, xAxis: phone ? values : names, yAxis: phone ? names : values,
				tooltip: { ...o.tooltip, axisPointer: shadow(p), formatter: a => { const x = [].concat(a).at(-1); return tip(x.name, [[x.data.total ? f.dataset.wordTotal : f.dataset.wordChange, full[unit](x.data.raw)]]); } },
				series: [
					{ name: '_', type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: low },
					{ name: f.dataset.wordChange, type: 'bar', stack: 'all', barMaxWidth: 44, data: bars, label: { show: true, position: phone ? 'right' : 'top', color: p.ink, fontSize: 12, formatter: x => signed(x.data.raw) } },
				],
			};
		},
		// Column 0 attainment in %, 1 pay, 2 marginal slope.
		curve(p, d, f) {
			const xs = d.rows.map((cells, i) => +(cells[0].dataset.v ?? d.categories[i].replace(/[^\d.]/g, '')));
			const [pay, slope] = d.series;
			const most = Math.max(...xs), step = most > 120 ? 40 : 20;
			// Labels of marks stand in two rows; one that fits in neither is left out: the table has it.
			const wide = text => [...text].reduce((w, c) => w + (c > '\u2e80' ? 12 : 7), 8);
			const pixel = (f.querySelector('.cv').clientWidth - 80) / most, free = [-1e9, -1e9];
			const marks = [...f.querySelectorAll('[data-mark]')].map(e => {
				const at = +e.dataset.mark, half = wide(e.dataset.label) / 2, row = free.findIndex(end => at * pixel - half >= end);
				if (e.dataset.label && row >= 0) free[row] = at * pixel + half;
				return { xAxis: at, name: row < 0 ? '' : e.dataset.label, label: { distance: row > 0 ? 19 : 4 } };
			});
			const axis = i => ({ gridIndex: i, type: 'value', min: 0, max: most, interval: step / 2, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: i === 1, color: p.ink2, formatter: v => v % step ? '' : v + '%' } });
			const title = text => ({ name: text, nameTextStyle: { color: p.ink2, align: 'left', padding: [0, 0, 0, -48] } });
			const here = f.dataset.pointX ? { symbol: 'circle', symbolSize: 9, label: { show: true, position: 'top', distance: 12, color: p.ink, formatter: f.dataset.point, fontSize: 12, backgroundColor: p.surface, padding: 3 }, itemStyle: { color: p.series[1], borderColor: p.surface, borderWidth: 2 }, data: [{ coord: [+f.dataset.pointX, +f.dataset.pointY] }] } : undefined;
			const o = base(p, full.yuan);
			return {
				...o, grid: [{ left: 56, right: 24, top: 46, height: '44%' }, { left: 56, right: 24, top: '72%', bottom: 24 }], axisPointer: { link: [{ xAxisIndex: 'all' }] },
				tooltip: { ...o.tooltip, formatter: a => tip(a[0].axisValue.toFixed(0) + '%', a.map(x => [x.seriesName, full.yuan(x.value[1])])) },
				xAxis: [axis(0), axis(1)], yAxis: [valueAxis(p, 'yuan', { gridIndex: 0, ...title(f.dataset.axis1 || pay.name) }), valueAxis(p, 'yuan', { gridIndex: 1, splitNumber: 2, ...title(f.dataset.axis2 || slope.name) })],
				series: [
					{ name: pay.name, type: 'line', data: xs.map((x, i) => [x, pay.data[i]]), symbol: 'none', lineStyle: { color: p.series[0], width: 2.4 }, itemStyle: { color: p.series[0] }, areaStyle: { color: p.series[0], opacity: .07 }, markPoint: here,
						markLine: { silent: true, symbol: 'none', lineStyle: { color: p.bad, type: [4, 3], width: 1.2 }, label: { color: p.ink2, fontSize: 12, position: 'end', formatter: x => x.name }, data: marks } },
					{ name: slope.name, type: 'line', step: 'end', xAxisIndex: 1, yAxisIndex: 1, data: xs.map((x, i) => [x, slope.data[i]]), symbol: 'none', lineStyle: { color: p.series[1], width: 2 }, itemStyle: { color: p.series[1] }, areaStyle: { color: p.series[1], opacity: .14 } },
				],
			};
		},
		// Columns: effort 0–10, effect 0–10, horizon 1–3 as shape and colour.
		matrix(p, d, f) {
			const [effort, effect, horizon] = d.series.map(s => s.data);
			const o = base(p, full.n);
			const axis = name => ({ ...valueAxis(p, 'n', { min: 0, max: 10, splitLine: { show: false }, axisLabel: { show: false }, name, nameLocation: 'middle', nameGap: 14, nameTextStyle: { color: p.ink2 } }), axisLine: { show: true, lineStyle: { color: p.line } } });
			const corner = (from, to, position, text, tinted) => [{ coord: from, itemStyle: tinted ? { color: p.brand, opacity: .06 } : { color: 'transparent' }, label: { show: true, position, color: tinted ? p.ink2 : p.ink3, formatter: text || '' } }, { coord: to }];
			const q = f.dataset;
			return {
				...o, grid: { left: 34, right: 16, top: 14, bottom: 34 }, tooltip: { ...o.tooltip, trigger: 'item', formatter: x => tip(x.data.name, [[d.series[0].name, x.value[0]], [d.series[1].name, x.value[1]]]) },
				xAxis: axis(q.axis1), yAxis: axis(q.axis2),
				series: [{
					type: 'scatter', data: d.categories.map((name, i) => ({ name: d.rows[i][0].title || name, value: [effort[i], effect[i]], symbol: ['circle', 'roundRect', 'diamond'][horizon[i] - 1], symbolSize: horizon[i] === 3 ? 36 : 28, itemStyle: { color: p.series[horizon[i] - 1] }, label: { show: true, formatter: name, color: horizon[i] === 1 ? p.surface : p.dark, fontSize: 12, fontWeight: 700 } })),
					markArea: { silent: true, data: [corner([0, 5], [5, 10], 'insideTopLeft', q.quadrant1, true), corner([5, 5], [10, 10], 'insideTopRight', q.quadrant2), corner([0, 0], [5, 5], 'insideBottomLeft', q.quadrant3), corner([5, 0], [10, 5], 'insideBottomRight', q.quadrant4)] },
					markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: p.line, type: 'solid' }, data: [{ xAxis: 5 }, { yAxis: 5 }] },
				}],
			};
		},
	};

	const drawn = new Set();
	const draw = figure => {
		const box = figure.querySelector('.cv');
		const make = build[figure.dataset.chart];
		if (!box || !make || !window.echarts) return;
		const chart = echarts.getInstanceByDom(box) || echarts.init(box, null, { renderer: 'svg' });
		chart.setOption(make(palette(), read(figure), figure, figure.dataset.unit || 'n'), true);
		if (!drawn.has(chart)) {
			drawn.add(chart);
			figure.querySelector('[data-fallback]')?.removeAttribute('open');
		}
	};
	const drawAll = () => {
		drawn.forEach(chart => { if (!chart.getDom().isConnected) { chart.dispose(); drawn.delete(chart); } });
		document.querySelectorAll('.xg-chart').forEach(draw);
	};
	if (document.readyState === 'loading') addEventListener('DOMContentLoaded', drawAll); else drawAll();
	addEventListener('xg:content', drawAll);
	matchMedia('(prefers-color-scheme:dark)').addEventListener('change', drawAll);
	let timer;
	addEventListener('resize', () => { clearTimeout(timer); timer = setTimeout(() => { drawn.forEach(chart => chart.resize()); drawAll(); }, 120); });
	addEventListener('beforeprint', () => drawn.forEach(chart => chart.resize({ width: 640 })));
	addEventListener('afterprint', () => drawn.forEach(chart => chart.resize({ width: 'auto' })));
})();
