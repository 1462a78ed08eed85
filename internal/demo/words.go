package demo

import "strings"

// Family and given names as they are common in China; put together by chance they name nobody in particular.
var (
	surnames   = strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚")
	givenNames = strings.Fields(`伟 芳 敏 静 磊 洋 勇 艳 杰 娟 涛 超 霞 刚 丹 鹏 婷 浩 宇 鑫 雪 博 晨 倩 欣怡 子涵 雨桐 浩然 梓轩 思远 佳慧 志强
		晓雯 文博 雅琴 俊杰 明辉 海燕 丽华 建国 国强 春梅 晓东 思琪 嘉豪 一鸣 雨欣 泽宇 子豪 佳怡 诗涵 宇轩 天宇 晓彤 文静 雪莹 志远 少华
		永康 立新 卫东 秋实 若曦 景行 安然 乐天 思齐 予安 知行 书瑶 清扬 慧敏 振华 家铭 凯旋 梦洁 晓峰 文涛 亚楠 瑞阳`)
)

// place is a city with the code of its administrative division.
type place struct{ name, code string }

// cities of each region, the bigger markets more than once.
var cities = [][]place{
	{{"上海", "310115"}, {"上海", "310112"}, {"苏州", "320500"}, {"苏州", "320500"}, {"杭州", "330100"}, {"南京", "320100"}, {"宁波", "330200"}, {"无锡", "320200"}, {"合肥", "340100"}},
	{{"深圳", "440300"}, {"深圳", "440300"}, {"广州", "440100"}, {"广州", "440100"}, {"东莞", "441900"}, {"佛山", "440600"}, {"厦门", "350200"}, {"珠海", "440400"}, {"南宁", "450100"}},
	{{"北京", "110108"}, {"北京", "110115"}, {"天津", "120116"}, {"天津", "120116"}, {"石家庄", "130100"}, {"济南", "370100"}, {"青岛", "370200"}, {"太原", "140100"}, {"唐山", "130200"}},
}

// The syllables of company names.
var (
	brandFirst  = strings.Split("锐恒华鼎宏卓凌启瑞盛博远诚信创科立新益明同天海金中汇正泰安康", "")
	brandSecond = strings.Split("拓达峰驰源腾晟图航越辰邦维川岳宁澜森朗奥铭翔", "")
)

// trade is an industry with the words that companies of it carry in their names.
type trade struct {
	industry string
	words    []string
}

var trades = []trade{
	{"装备制造", strings.Fields("精密机械 智能装备 数控设备 自动化设备")},
	{"汽车零部件", strings.Fields("汽车部件 车身系统 汽车电子")},
	{"电子信息", strings.Fields("电子科技 半导体 光电科技")},
	{"新能源", strings.Fields("新能源科技 储能技术 电池材料")},
	{"化工材料", strings.Fields("新材料 化工 涂料")},
	{"食品饮料", strings.Fields("食品 饮料 生物科技")},
	{"医药", strings.Fields("制药 医疗器械")},
	{"物流仓储", strings.Fields("供应链管理 仓储物流")},
	{"公用事业", strings.Fields("水务 环保科技 热力")},
}

var companyForms = []string{"有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司"}

// product is what the company sells. Prices are in yuan, from to to.
type product struct {
	key, name, category string
	low, high           int64
}

// products are of three categories: A systems with software, B instruments, C spares and services.
var products = []product{
	{"CP01", "产线智能控制系统", "A", 60_000, 380_000}, {"CP02", "设备预测维护平台", "A", 50_000, 260_000}, {"CP03", "能源管理系统", "A", 60_000, 300_000},
	{"CP04", "边缘控制器 E300", "A", 40_000, 180_000}, {"CP05", "压力变送器 P20", "B", 16_000, 90_000}, {"CP06", "温度采集模块 T8", "B", 12_000, 80_000},
	{"CP07", "流量计 F50", "B", 20_000, 120_000}, {"CP08", "变频驱动器 V7", "B", 24_000, 160_000}, {"CP09", "机器视觉相机 C2", "B", 30_000, 150_000},
	{"CP10", "备件与耗材包", "C", 6_000, 30_000}, {"CP11", "现场维保服务", "C", 8_000, 40_000}, {"CP12", "校准与培训服务", "C", 6_000, 24_000},
}
