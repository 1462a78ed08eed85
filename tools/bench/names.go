package main

import "math/rand/v2"

// What names are made of: with a place, two characters, a trade and a form, four hundred million companies.
var (
	places          = []string{"北京", "上海", "深圳", "广州", "苏州", "杭州", "南京", "武汉", "成都", "重庆", "西安", "长沙", "青岛", "宁波", "无锡", "佛山", "东莞", "合肥", "郑州", "厦门"}
	marks           = []rune("华信达盛恒瑞博远宏泰鑫源通联创科新天德海龙凯丰兴隆嘉美诚佳安康正大同力星光明亚欧金银玉石林森水江河山岳")
	trades          = []string{"电子", "机械", "化工", "建材", "医疗器械", "食品", "纺织", "物流", "软件", "环保", "电力", "包装", "汽车零部件", "新材料", "仪器仪表", "家具"}
	shapesOfCompany = []string{"有限公司", "股份有限公司", "科技有限公司", "贸易有限公司", "集团"}
	goods           = []string{"数控机床", "视觉检测线", "工业相机", "仓储系统", "伺服电机", "激光切割机", "空压机", "净化设备"}
	families        = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳"}
	givenNames      = []string{"伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "杰", "娟", "涛", "明", "超", "霞", "平", "刚"}
)

func companyName(random *rand.Rand) string {
	return places[random.IntN(len(places))] + string([]rune{marks[random.IntN(len(marks))], marks[random.IntN(len(marks))]}) + trades[random.IntN(len(trades))] + shapesOfCompany[random.IntN(len(shapesOfCompany))]
}
