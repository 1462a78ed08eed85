package naming

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFoldingWritesHalfWidthLowerCase(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", "ＡＢＣ　科技（北京）": "abc 科技(北京)", "  Li  Lei ": "li lei", "ＨＴ－２６０５": "ht-2605", "ÜBER": "über",
	} {
		if got := Fold(typed); got != want {
			t.Errorf("Fold(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestTextsAreFoundByWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, typed string
		found       bool
	}{
		{"北京上元科技有限公司", "上元", true},
		{"北京上元科技有限公司", "bjsy", true},
		{"北京上元科技有限公司", "BJSYKJ", true},
		{"北京上元科技有限公司", "shangyuan", true},
		{"北京上元科技有限公司", "shang yuan", true},
		{"北京上元科技有限公司", "shangy", true},
		{"北京上元科技有限公司", "beijingshang", true},
		{"北京上元科技有限公司", "ang", false},      // begins within a syllable
		{"北京上元科技有限公司", "hangyuan", false}, // begins within a syllable
		{"北京上元科技有限公司", "jingshan", true},  // the last syllable is not typed to its end
		{"北京上元科技有限公司", "yxgs", false},     // what every name ends with has no initials
		{"北京上元科技有限公司", "有限公司", true},      // but is found as it is written
		{"西安古城食品", "xian", true},          // xi'an
		{"先锋电子", "xian", true},            // xian
		{"曾志伟", "zeng", true},             // a surname
		{"曾志伟", "cengzhi", true},          // and its other reading
		{"单雄信", "shanxx", false},          // pinyin and initials are not mixed
		{"单雄信", "sxx", true},              // shan
		{"重庆长安汽车", "chongqingchang", true},
		{"重庆长安汽车", "cqcaqc", true},
		{"厦门银行", "xmyh", true},
		{"吕布", "lv", true},
		{"3M中国", "3mzg", true},
		{"ＡＢＣ科技", "abckj", true},
		{"ＡＢＣ科技", "abc", true},
		{"Apple Computer", "compu", true},
		{"华为", "xiaomi", false},
	} {
		if found := Found(test.typed, test.name, "C-1"); found != test.found {
			t.Errorf("%q in %q: %v, terms %v, text %q", test.typed, test.name, found, Terms(test.typed), Text(test.name))
		}
	}
}

func TestLettersAreDividedInEveryWay(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][]string{
		"xian":   {"'xian", "'xi'an", "'xia'n", "'xi'a'n"},
		"sh":     {"'sh"},
		"bjsy":   nil,
		"qqq":    nil,
		"上元":     nil,
		"fangan": {"'fang'an", "'fan'gan", "'fang'a'n", "'fan'ga'n"},
	} {
		var got []string
		for _, term := range Terms(typed) {
			if term.Sound {
				got = append(got, term.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is divided as %q, want %q", typed, got, want)
		}
	}
	if got := Terms(strings.Repeat("xian", 10)); len(got) > 2+partsMax {
		t.Errorf("%d terms of a long text", len(got))
	}
	if got := Terms("  "); got != nil {
		t.Errorf("terms of blanks: %v", got)
	}
}

func TestNamesHaveFewReadings(t *testing.T) {
	t.Parallel()
	text := Text(strings.Repeat("行长重乐曾单", 20))
	if lines := strings.Count(text, "\n"); lines != 2*variantsMax-1 {
		t.Errorf("%d lines of readings", lines)
	}
}

func TestCoresAreWhatTellsCompaniesApart(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"北京上元科技有限公司":          "上元科技",
		"上元科技（北京）有限公司":        "上元科技",
		"上元科技(中国)股份有限公司":      "上元科技",
		"浙江省杭州市上元科技集团有限公司":    "上元科技",
		"上元科技有限责任公司上海分公司":     "上元科技有限责任公司上海", // a branch is another customer than the company
		"Shangyuan Co., Ltd.": "shangyuan",
		"Pincorp":             "pincorp",
		"上海公司":                "上海",
		"北京":                  "北京",
		"中国银行":                "银行",
		"（）":                  "",
		"":                    "",
	} {
		if got := Core(name); got != want {
			t.Errorf("Core(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestCreditCodesAreCheckedByTheirLastDigit(t *testing.T) {
	t.Parallel()
	// 91350100M000100Y43 is the worked example of GB 32100-2015 as it is commonly quoted; the others are published by their companies.
	for _, code := range []string{"91350100M000100Y43", "91110000802100433B", "914403001922038216"} {
		if !CreditCodeFits(code) {
			t.Errorf("%s is refused", code)
		}
		for i := range len(code) {
			for _, other := range []byte("0A") {
				if other != code[i] && CreditCodeFits(code[:i]+string(other)+code[i+1:]) {
					t.Errorf("%s with %c at %d is taken", code, other, i)
				}
			}
		}
	}
	for _, code := range []string{"", "9135", "91350100M000100Y4I", "91350100m000100y43", "９1350100M000100Y43"} {
		if CreditCodeFits(code) {
			t.Errorf("%q is taken", code)
		}
	}
	if got := CreditCode(" 91350100 m000100y43 "); got != "91350100M000100Y43" {
		t.Errorf("written as %q", got)
	}
}

func TestPhonesAreWrittenAlike(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"138 0013 8000": "+8613800138000", "+86-138-0013-8000": "+8613800138000", "8613800138000": "+8613800138000", "008613800138000": "+8613800138000",
		"１３８００１３８０００": "+8613800138000", "010-62345678": "+861062345678", "(021) 6234 5678": "+862162345678", "+86 10 6234 5678": "+861062345678",
		"+86 (0)10 62345678": "+861062345678", "0571-87654321": "+8657187654321", "0898 1234567": "+868981234567",
	} {
		if got, ok := Phone(typed); !ok || got != want {
			t.Errorf("Phone(%q) = %q, %v; want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "12345", "12800138000", "62345678", "1380013800a", "+1 650 253 0000", "0000000000", "010-6234", "010-623456789"} {
		if got, ok := Phone(typed); ok {
			t.Errorf("Phone(%q) = %q", typed, got)
		}
	}
}

func TestSimilarityIsThatOfJaroAndWinkler(t *testing.T) {
	t.Parallel()
	// The first are the examples of Winkler (1990) and the textbooks: MARTHA/MARHTA 0.9611, DIXON/DICKSONX 0.8133, DWAYNE/DUANE 0.84.
	for _, test := range []struct {
		a, b string
		want int64
	}{
		{"MARTHA", "MARHTA", 961_111}, {"DIXON", "DICKSONX", 813_333}, {"DWAYNE", "DUANE", 840_000}, {"", "", Whole}, {"a", "", 0}, {"上元科技", "上元科技", Whole},
		{"上元", "下方", 0},
	} {
		if got := Similarity(test.a, test.b); got-test.want > 1 || test.want-got > 1 {
			t.Errorf("%q and %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestSimilarityIsSymmetricAndBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringOfN(rapid.SampledFrom([]rune("上元科技abc")), 0, 12, -1)
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		one, other := Similarity(a, b), Similarity(b, a)
		if one != other || one < 0 || one > Whole || a == b && one != Whole || a != b && one == Whole {
			t.Fatalf("%q, %q: %d and %d", a, b, one, other)
		}
	})
}

// FuzzTexts looks for names that are not found by themselves, and for panics.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{"北京上元科技有限公司", "ＡＢＣ　（中国）", "Co., Ltd.", "'''", "行行行行", "\xff公司", "(", "ltd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		text := Text(name)
		for _, term := range Terms(name)[:min(1, len(Terms(name)))] {
			if !term.In(text) {
				t.Errorf("%q is not found in %q", term.Text, text)
			}
		}
		Core(name)
		CreditCodeFits(name)
		Phone(name)
	})
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		Text("北京上元科技有限公司", "C0000001", "91350100M000100Y43")
	}
}
