package naming

import (
	"slices"
	"strings"
	"unicode"
)

// legalForms are what names of companies end with, the longest first.
var legalForms = []string{
	"股份有限责任公司", "集团股份有限公司", "集团有限责任公司", "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "股份公司", "集团公司", "分公司", "总公司",
	"公司", "集团", "股份", "有限合伙", "普通合伙", "合伙企业", "个体工商户",
	"co.,ltd.", "co.,ltd", "co., ltd.", "co., ltd", "co ltd", "company limited", "limited", "ltd.", "ltd", "inc.", "inc", "llc", "gmbh", "corp.", "corp", "group",
}

// WithoutForm takes the legal form off the end of a folded name, unless nothing would be left.
func WithoutForm(name string) string {
	for again := true; again; {
		again = false
		name = strings.TrimRight(name, " ,.()")
		for _, form := range legalForms {
			rest := strings.TrimRight(strings.TrimSuffix(name, form), " ,.(")
			if rest == "" || len(rest) == len(name) || !strings.HasSuffix(name, form) || form[0] < 'a'+26 && !parted(name, form) {
				continue
			}
			name, again = rest, true
			break
		}
	}
	return name
}

// parted reports whether an ending in Latin letters is a word of its own.
func parted(name, form string) bool {
	before := strings.TrimSuffix(name, form)
	return !unicode.IsLetter(rune(before[len(before)-1]))
}

// places are what names of companies begin with and brackets hold: the country, provinces and the largest cities, the longer first.
var places = []string{
	"中华人民共和国", "中国", "内蒙古自治区", "广西壮族自治区", "宁夏回族自治区", "新疆维吾尔自治区", "西藏自治区", "内蒙古", "黑龙江省", "黑龙江",
	"北京市", "北京", "上海市", "上海", "天津市", "天津", "重庆市", "重庆", "河北省", "河北", "山西省", "山西", "辽宁省", "辽宁", "吉林省", "吉林",
	"江苏省", "江苏", "浙江省", "浙江", "安徽省", "安徽", "福建省", "福建", "江西省", "江西", "山东省", "山东", "河南省", "河南", "湖北省", "湖北",
	"湖南省", "湖南", "广东省", "广东", "广西", "海南省", "海南", "四川省", "四川", "贵州省", "贵州", "云南省", "云南", "西藏", "陕西省", "陕西",
	"甘肃省", "甘肃", "青海省", "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
	"石家庄市", "石家庄", "广州市", "广州", "深圳市", "深圳", "杭州市", "杭州", "南京市", "南京", "苏州市", "苏州", "无锡市", "无锡", "常州市", "常州",
	"宁波市", "宁波", "温州市", "温州", "成都市", "成都", "武汉市", "武汉", "西安市", "西安", "长沙市", "长沙", "郑州市", "郑州", "青岛市", "青岛",
	"济南市", "济南", "大连市", "大连", "沈阳市", "沈阳", "哈尔滨市", "哈尔滨", "长春市", "长春", "厦门市", "厦门", "福州市", "福州", "泉州市", "泉州",
	"合肥市", "合肥", "南昌市", "南昌", "昆明市", "昆明", "贵阳市", "贵阳", "南宁市", "南宁", "海口市", "海口", "兰州市", "兰州", "太原市", "太原",
	"东莞市", "东莞", "佛山市", "佛山", "珠海市", "珠海", "中山市", "惠州市", "惠州", "嘉兴市", "嘉兴", "绍兴市", "绍兴", "南通市", "南通", "徐州市", "徐州",
	"扬州市", "扬州", "烟台市", "烟台", "潍坊市", "潍坊", "临沂市", "临沂", "唐山市", "唐山", "洛阳市", "洛阳", "乌鲁木齐市", "乌鲁木齐", "呼和浩特市", "呼和浩特",
}

// Core is what tells the name of a company from others: folded, without brackets around places, places at the beginning, the legal form,
// blanks and signs. 上元科技（北京）有限公司 and 北京上元科技股份有限公司 have one core. Of a name that is nothing else, the name stays.
func Core(name string) string {
	folded := Fold(name)
	if folded == "" {
		return ""
	}
	core := letters(WithoutForm(unbracketed(folded)))
	for trimmed := true; trimmed; {
		trimmed = false
		for _, place := range places {
			if rest, found := strings.CutPrefix(core, place); found && len([]rune(rest)) >= 2 {
				core, trimmed = strings.TrimPrefix(rest, "市"), true
				break
			}
		}
	}
	if core == "" {
		return letters(folded)
	}
	return core
}

// unbracketed leaves out brackets that hold a place or a form.
func unbracketed(name string) string {
	for {
		open := strings.IndexByte(name, '(')
		if open < 0 {
			return name
		}
		length := strings.IndexByte(name[open:], ')')
		if length < 0 {
			return name
		}
		within := strings.TrimSpace(name[open+1 : open+length])
		if slices.Contains(places, within) || slices.Contains(legalForms, within) {
			within = ""
		}
		name = name[:open] + within + name[open+length+1:]
	}
}

// letters are the letters and digits of a text.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
