package ingest

import (
	"strings"

	"xiaoguan/internal/fact"
)

// FieldType says what a field's text must be.
type FieldType string

// The types of fields.
const (
	TypeKey       FieldType = "key"
	TypeReference FieldType = "reference"
	TypeText      FieldType = "text"
	TypeDate      FieldType = "date"
	TypeMonth     FieldType = "month"
	TypeMoney     FieldType = "money"
	TypeShare     FieldType = "share"
	TypeCurrency  FieldType = "currency"
	TypeLevel     FieldType = "level"
	TypeRoles     FieldType = "roles"
	TypeRate      FieldType = "rate"
	TypeCount     FieldType = "count"
	TypeNumber    FieldType = "number"
	TypeChoice    FieldType = "choice"
	TypePhone     FieldType = "phone"
	TypeMoment    FieldType = "moment" // a day, with the time of it where one is known
)

// Field is one canonical field of a kind. Aliases are further headers by which a column is recognised; examples fill the template.
type Field struct {
	Name     string
	Type     FieldType
	Required bool
	Refers   fact.Kind // of a reference
	Zh, En   string    // header in templates
	Aliases  []string
	Examples [2]string // zh and en
	id       fieldID
}

// Header returns the field's header in templates: Chinese for zh-CN, English otherwise.
func (f Field) Header(lang string) string {
	if strings.HasPrefix(lang, "zh") {
		return f.Zh
	}
	return f.En
}

// KindFields is a kind of record with its fields in the order of the template.
type KindFields struct {
	Kind    fact.Kind
	Name    string // as mappings and file names write it: teams, payments, …
	Zh, En  string // sheet name in templates
	Aliases []string
	Fields  []Field
}

// Field returns the field of that name, or nil.
func (k *KindFields) Field(name string) *Field {
	for i := range k.Fields {
		if k.Fields[i].Name == name {
			return &k.Fields[i]
		}
	}
	return nil
}

// fieldID numbers the fields of all kinds, so that a compiled mapping is an array.
type fieldID uint8

const (
	fieldKey fieldID = iota
	fieldName
	fieldRegion
	fieldTeam
	fieldLeader
	fieldLevel
	fieldRoles
	fieldHiredOn
	fieldLeftOn
	fieldValidFrom
	fieldValidTo
	fieldIndustry
	fieldCity
	fieldCreditCode
	fieldCategory
	fieldCustomer
	fieldProduct
	fieldSignedOn
	fieldAmount
	fieldCurrency
	fieldDeal
	fieldPaidOn
	fieldPerson
	fieldMonth
	fieldOf
	fieldBase
	fieldQuote
	fieldOn
	fieldRate
	fieldKind
	fieldTier
	fieldUnits
	fieldCost
	fieldReferrer
	fieldCancelledOn
	fieldInvoicedOn
	fieldMeasure
	fieldValue
	fieldMentor
	fieldTrainee
	fieldFrom
	fieldTo
	fieldUnit
	fieldCompany
	fieldTitle
	fieldPhone
	fieldWeChat
	fieldEmail
	fieldSource
	fieldCampaign
	fieldRemark
	fieldOwner
	fieldStatus
	fieldCreatedOn
	fieldFirstOn
	fieldPart
	fieldStage
	fieldState
	fieldExpectedOn
	fieldLostFor
	fieldEndedOn
	fieldNeedsOn
	fieldProposalOn
	fieldContractOn
	fieldAfterSalesOn
	fieldOpportunity
	fieldWay
	fieldText
	fieldNextOn
	fieldNeed
	fieldBudget
	fieldDecisionMaker
	fieldRegionCode
	fieldAddress
	fieldInvoiceTitle
	fieldContractEnd
	fieldNoMessages
	fieldStartsOn
	fieldEndsOn
	fieldOurParty
	fieldTheirParty
	fieldContract
	fieldDueOn
	fieldCaseKind
	fieldSeverity
	fieldSolution
	fieldOpenedAt
	fieldAnsweredAt
	fieldSolvedAt
	fieldClosedAt
	fieldSeller1 // then share_1, seller_2, share_2, …
	fieldCount   = fieldSeller1 + 2*MaxSellers
)

func sellerField(i int) fieldID { return fieldSeller1 + fieldID(2*i) }
func shareField(i int) fieldID  { return fieldSeller1 + fieldID(2*i) + 1 }

func field(id fieldID, name string, kind FieldType, zh, en string, aliases ...string) Field {
	return Field{id: id, Name: name, Type: kind, Zh: zh, En: en, Aliases: aliases}
}

func (f Field) required() Field { f.Required = true; return f }

func (f Field) example(zh, en string) Field { f.Examples = [2]string{zh, en}; return f }

func (f Field) refers(kind fact.Kind) Field { f.Refers = kind; return f }

// Kinds returns the kinds of record in the order in which they are read, each with its fields.
func Kinds() []KindFields {
	return append([]KindFields{
		{Kind: fact.KindRegion, Name: "regions", Zh: "区域", En: "Regions", Aliases: []string{"region", "大区", "地区"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "区域编号", "Region ID", "region_id", "区域代码", "编号", "大区编号").required().example("HD", "EAST"),
			field(fieldName, "name", TypeText, "区域名称", "Region name", "区域", "大区", "名称", "region").example("华东", "East"),
		}},
		{Kind: fact.KindTeam, Name: "teams", Zh: "团队", En: "Teams", Aliases: []string{"team", "部门", "小组", "departments"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "团队编号", "Team ID", "team_id", "部门编号", "团队代码", "编号").required().example("HD-01", "EAST-1"),
			field(fieldName, "name", TypeText, "团队名称", "Team name", "团队", "部门", "部门名称", "名称", "team").example("华东一组", "East one"),
			field(fieldRegion, "region", TypeReference, "区域编号", "Region ID", "region_id", "区域", "大区", "所属区域").required().refers(fact.KindRegion).example("HD", "EAST"),
			field(fieldLeader, "leader", TypeReference, "负责人工号", "Leader ID", "manager_id", "leader_id", "负责人", "主管", "主管工号", "经理").refers(fact.KindPerson).example("1001", "1001"),
		}},
		{Kind: fact.KindPerson, Name: "persons", Zh: "人员", En: "People", Aliases: []string{"person", "people", "employees", "员工", "人员信息", "花名册"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "工号", "Employee ID", "person_id", "employee_id", "员工编号", "人员编号", "员工号").required().example("1001", "1001"),
			field(fieldName, "name", TypeText, "姓名", "Name", "员工姓名", "full name").example("王芳", "Fang Wang"),
			field(fieldTeam, "team", TypeReference, "团队编号", "Team ID", "team_id", "团队", "部门", "所属团队", "部门编号").refers(fact.KindTeam).example("HD-01", "EAST-1"),
			field(fieldLevel, "level", TypeLevel, "层级", "Level", "级别", "人员层级", "销售层级").required().example("核心销售", "core"),
			field(fieldRoles, "roles", TypeRoles, "其他角色", "Other roles", "角色", "role"),
			field(fieldHiredOn, "hired_on", TypeDate, "入职日期", "Hired on", "hire_date", "入职时间", "hired").required().example("2021-03-15", "2021-03-15"),
			field(fieldLeftOn, "left_on", TypeDate, "离职日期", "Left on", "leave_date", "离职时间", "最后工作日"),
			field(fieldValidFrom, "valid_from", TypeDate, "生效日期", "Valid from", "起始日期", "调动日期", "effective_from"),
			field(fieldValidTo, "valid_to", TypeDate, "失效日期", "Valid to", "截止日期", "effective_to"),
		}},
		{Kind: fact.KindCustomer, Name: "customers", Zh: "客户", En: "Customers", Aliases: []string{"customer", "客户信息", "客户台账"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "客户编号", "Customer ID", "customer_id", "客户代码", "编号").required().example("C0001", "C0001"),
			field(fieldName, "name", TypeText, "客户名称", "Customer name", "客户", "名称", "公司名称", "customer").example("苏州明远机械有限公司", "Mingyuan Machinery"),
			field(fieldIndustry, "industry", TypeText, "行业", "Industry", "所属行业").example("机械", "Machinery"),
			field(fieldCity, "city", TypeText, "城市", "City", "所在城市").example("苏州", "Suzhou"),
			field(fieldCreditCode, "credit_code", TypeText, "统一社会信用代码", "Credit code", "信用代码", "税号"),
			field(fieldTier, "tier", TypeText, "客户等级", "Tier", "等级", "customer_tier").example("A", "A"),
			field(fieldRegion, "region", TypeText, "客户区域", "Customer region", "区域", "所在区域").example("华东", "EAST"),
			field(fieldNeed, "need", TypeText, "需求", "Need", "客户需求", "needs"),
			field(fieldBudget, "budget", TypeMoney, "预算", "Budget", "预算金额", "budget_amount"),
			field(fieldDecisionMaker, "decision_maker", TypeText, "决策人", "Decision maker", "关键决策人", "拍板人"),
			field(fieldRegionCode, "region_code", TypeText, "行政区划代码", "Region code", "区划代码", "adcode").example("320500", "320500"),
			field(fieldAddress, "address", TypeText, "地址", "Address", "公司地址", "客户地址", "通讯地址"),
			field(fieldInvoiceTitle, "invoice_title", TypeText, "发票抬头", "Invoice title", "开票抬头", "开票名称"),
			field(fieldContractEnd, "contract_end", TypeDate, "合同到期日", "Contract ends", "到期日期", "合同结束日期"),
		}},
		{Kind: fact.KindProduct, Name: "products", Zh: "产品", En: "Products", Aliases: []string{"product", "商品", "产品信息"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "产品编号", "Product ID", "product_id", "产品代码", "编号", "sku").required().example("P01", "P01"),
			field(fieldName, "name", TypeText, "产品名称", "Product name", "产品", "名称", "product").example("标准版", "Standard"),
			field(fieldCategory, "category", TypeText, "产品类别", "Category", "类别", "产品分类", "分类").example("A", "A"),
		}},
		{Kind: fact.KindDeal, Name: "deals", Zh: "成交单", En: "Deals", Aliases: []string{"deal", "签约", "合同", "订单", "contracts", "orders", "签约明细"}, Fields: dealFields()},
		{Kind: fact.KindPayment, Name: "payments", Zh: "回款", En: "Payments", Aliases: []string{"payment", "collections", "回款明细", "收款"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "回款编号", "Payment ID", "payment_id", "收款编号", "流水号", "回款单号").required().example("HK0001", "R0001"),
			field(fieldDeal, "deal", TypeReference, "成交单编号", "Deal ID", "deal_id", "合同编号", "订单编号", "合同号", "合同", "成交单", "contract_id").required().refers(fact.KindDeal).example("HT0001", "D0001"),
			field(fieldPaidOn, "paid_on", TypeDate, "回款日期", "Paid on", "收款日期", "到账日期", "paid_date", "payment_date").required().example("2026-09-10", "2026-09-10"),
			field(fieldAmount, "amount", TypeMoney, "回款金额", "Amount", "收款金额", "到账金额", "金额", "回款").required().example("60000.00", "60000.00"),
			field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
		}},
		{Kind: fact.KindQuota, Name: "quotas", Zh: "任务额", En: "Quotas", Aliases: []string{"quota", "targets", "目标", "指标", "业绩目标", "月度目标"}, Fields: []Field{
			field(fieldPerson, "person", TypeReference, "工号", "Employee ID", "person_id", "employee_id", "员工编号", "人员编号").required().refers(fact.KindPerson).example("1001", "1001"),
			field(fieldMonth, "month", TypeMonth, "月份", "Month", "年月", "目标月份", "期间").required().example("2026-09", "2026-09"),
			field(fieldOf, "of", TypeText, "口径", "Basis", "measure", "指标", "目标类型", "任务额口径").example("回款", "collected"),
			field(fieldAmount, "amount", TypeMoney, "任务额", "Quota amount", "目标金额", "target amount", "目标", "金额", "quota", "amount", "target").required().example("300000.00", "300000.00"),
			field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
		}},
		{Kind: fact.KindExchangeRate, Name: "exchange_rates", Zh: "汇率", En: "Exchange rates", Aliases: []string{"exchange_rate", "rates", "fx"}, Fields: []Field{
			field(fieldBase, "base", TypeCurrency, "原币", "Base currency", "外币", "base").required().example("USD", "USD"),
			field(fieldQuote, "quote", TypeCurrency, "折算币", "Quote currency", "本币", "quote").required().example("CNY", "CNY"),
			field(fieldOn, "on", TypeDate, "日期", "On", "汇率日期", "date").required().example("2026-09-30", "2026-09-30"),
			field(fieldRate, "rate", TypeRate, "汇率", "Rate", "折算汇率").required().example("7.1055", "7.1055"),
			field(fieldKind, "kind", TypeText, "汇率类型", "Rate type", "类型").example("middle", "middle"),
		}},
	}, append(furtherKinds(), workKinds()...)...)
}

func dealFields() []Field {
	fields := []Field{
		field(fieldKey, "key", TypeKey, "成交单编号", "Deal ID", "deal_id", "合同编号", "订单编号", "合同号", "contract_id", "order_id").required().example("HT0001", "D0001"),
		field(fieldCustomer, "customer", TypeReference, "客户编号", "Customer ID", "customer_id", "客户", "客户代码").required().refers(fact.KindCustomer).example("C0001", "C0001"),
		field(fieldProduct, "product", TypeReference, "产品编号", "Product ID", "product_id", "产品", "产品代码").refers(fact.KindProduct).example("P01", "P01"),
		field(fieldSignedOn, "signed_on", TypeDate, "签约日期", "Signed on", "签订日期", "合同日期", "下单日期", "signed_date").required().example("2026-08-20", "2026-08-20"),
		field(fieldAmount, "amount", TypeMoney, "成交金额", "Amount", "合同金额", "签约金额", "订单金额", "金额").required().example("120000.00", "120000.00"),
		field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
	}
	first := [2][]string{{"owner_id", "owner", "销售工号", "负责人", "负责人工号", "业务员", "销售", "seller"}, {"owner_pct", "主销售占比", "share"}}
	second := [2][]string{{"second_id", "协作销售工号", "协作人"}, {"second_pct", "协作占比"}}
	for i := range MaxSellers {
		n := string(rune('1' + i))
		var aliases [2][]string
		switch i {
		case 0:
			aliases = first
		case 1:
			aliases = second
		}
		seller := field(sellerField(i), "seller_"+n, TypeReference, "销售"+n+"工号", "Seller "+n+" ID", append(aliases[0], "销售"+n)...).refers(fact.KindPerson)
		share := field(shareField(i), "share_"+n, TypeShare, "销售"+n+"占比", "Seller "+n+" share", append(aliases[1], "占比"+n)...)
		switch i {
		case 0:
			seller, share = seller.required().example("1001", "1001"), share.example("70%", "70%")
		case 1:
			seller, share = seller.example("1002", "1002"), share.example("30%", "30%")
		}
		fields = append(fields, seller, share)
	}
	return append(fields, detailFields()...)
}

// kindFields returns the fields of a kind.
func kindFields(kind fact.Kind) *KindFields {
	kinds := Kinds()
	for i := range kinds {
		if kinds[i].Kind == kind {
			return &kinds[i]
		}
	}
	return nil
}

// levelWords translate what companies call the levels. The canonical words are among them.
func levelWords() map[string]string {
	return map[string]string{
		"newcomer": "newcomer", "新人": "newcomer", "新人销售": "newcomer", "新员工": "newcomer", "试用": "newcomer", "试用期": "newcomer",
		"regular": "regular", "普通": "regular", "普通销售": "regular", "正式": "regular",
		"core": "core", "核心": "core", "核心销售": "core", "骨干": "core",
		"manager": "manager", "经理": "manager", "主管": "manager", "管理": "manager", "管理层": "manager", "团队管理者": "manager", "销售经理": "manager",
		"other": "other", "其他": "other", "其它": "other",
	}
}

// QuotaOf returns the program's word for what a quota is of, such as "collected" for 回款; empty for a word that it does not know.
func QuotaOf(word string) string { return measureWords()[strings.ToLower(strings.TrimSpace(word))] }

// measureWords translate what a quota is of.
func measureWords() map[string]string {
	return map[string]string{"": "collected", "collected": "collected", "回款": "collected", "回款额": "collected",
		"signed": "signed", "签约": "signed", "签约额": "signed", "合同额": "signed"}
}
