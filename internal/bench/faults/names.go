package faults

// The words of names; every combination is invented.
var (
	surnames = []rune("王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
	givens   = []rune("伟芳敏静磊洋艳勇军杰娟涛明超霞平刚英华玉兰飞红波辉丹宁强佳琳鑫宇浩然晨欣悦博文思雨嘉怡子轩")
	brands   = []rune("安邦博昌诚创达德鼎东方丰福富光广海瀚航和恒宏华汇惠嘉建金锦精景久凯康科坤朗乐力联龙隆铭诺普奇启乾润瑞锐森盛硕泰天通同万旺伟祥欣信兴旭亚扬业益永优裕元远悦云泽展正志中卓")
	cities   = []string{"上海", "苏州", "无锡", "南京", "杭州", "宁波", "合肥", "济南", "青岛", "北京", "天津", "石家庄", "太原", "郑州", "武汉", "长沙", "南昌", "广州", "深圳", "东莞", "佛山", "厦门", "福州", "成都", "重庆", "西安", "昆明", "沈阳", "大连", "长春"}
	trades   = []string{"机械", "电子", "化工", "食品", "医药", "物流", "建材", "能源", "汽车零部件", "软件"}
	areas    = []string{"华东", "华南", "华北", "华中", "西南", "西北", "东北", "苏南", "浙闽", "珠三角", "京津", "川渝", "山东", "云贵", "两湖", "晋豫"}
	needs    = []string{"产线改造", "扩产", "设备更新", "降本", "质量追溯", "新厂建设"}
	talks    = []string{"确认需求和预算", "介绍方案", "约下次拜访", "商量付款方式", "了解决策流程", "回访使用情况"}
	topics   = []string{"产品知识", "谈判技巧", "合同与回款", "客户经营"}
	goods    = []string{"控制器", "传感器", "工业软件", "检测设备", "备件包", "维保服务", "自动化单元", "能源监测"}
)

// personName is a name of two or three characters.
func personName(d dice) string {
	name := []rune{surnames[d.between(0, len(surnames)-1)], givens[d.between(0, len(givens)-1)]}
	if d.chance(0.75) {
		name = append(name, givens[d.between(0, len(givens)-1)])
	}
	return string(name)
}

// brand is the three or four characters of a customer's name. Different serials have different ones, so that no two customers have the same name
// unless somebody plants it.
func brand(serial int) string {
	n := uint64(len(brands))
	mixed := (uint64(serial)*314159 + 2718) % (n * n * n)
	name := []rune{brands[mixed%n], brands[mixed/n%n], brands[mixed/n/n]}
	if round := uint64(serial) / (n * n * n); round > 0 {
		name = append(name, brands[round%n])
	}
	return string(name)
}

// creditCode is a unified social credit code of GB 32100 with its check character.
func creditCode(serial int) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	code := []byte("91310000MA1")
	for digits := serial + 31*31*31; len(code) < 17; digits /= 31 {
		code = append(code, letters[digits%31])
	}
	sum, weight := 0, 1
	for _, c := range code {
		for value := range letters {
			if letters[value] == c {
				sum += value * weight
			}
		}
		weight = weight * 3 % 31
	}
	return string(append(code, letters[(31-sum%31)%31]))
}
