package naming

import "strings"

// The alphabet and the weights of GB 32100-2015, by which the last character of a code follows from the others.
const creditDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var creditWeights = [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// CreditCodeLength is how long a 统一社会信用代码 is.
const CreditCodeLength = len(creditWeights) + 1

// CreditCode writes a 统一社会信用代码 as it is kept: in capitals and half width, without blanks.
func CreditCode(typed string) string {
	return strings.ToUpper(strings.ReplaceAll(Fold(typed), " ", ""))
}

// CreditCodeFits reports whether a code, as CreditCode writes it, is one of GB 32100-2015: of the right characters, and the last one is
// what the others ask for. It cannot tell whether a company has it.
func CreditCodeFits(code string) bool {
	if len(code) != CreditCodeLength {
		return false
	}
	sum := 0
	for i, weight := range creditWeights {
		digit := strings.IndexByte(creditDigits, code[i])
		if digit < 0 {
			return false
		}
		sum += weight * digit
	}
	return code[len(code)-1] == creditDigits[(31-sum%31)%31]
}

// Phone writes a mainland telephone number as E.164 has it, such as +8613800138000, however it was typed. Mobile numbers and those of
// fixed lines with their area code are understood; ok is false for anything else.
func Phone(typed string) (e164 string, ok bool) {
	var digits strings.Builder
	for i, r := range Fold(typed) {
		switch {
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
		case r == '+' && i == 0:
			digits.WriteString("00")
		case !strings.ContainsRune(" -()./—–", r):
			return "", false
		}
	}
	number := digits.String()
	rest, abroad := strings.CutPrefix(number, "0086")
	if !abroad && len(number) == 13 && strings.HasPrefix(number, "861") {
		rest, abroad = number[2:], true
	}
	if abroad {
		number = strings.TrimPrefix(rest, "0")
	}
	if len(number) == 11 && number[0] == '1' && number[1] >= '3' {
		return "+86" + number, true
	}
	if !abroad {
		var fixed bool
		if number, fixed = strings.CutPrefix(number, "0"); !fixed {
			return "", false
		}
	}
	if len(number) < 9 || number[0] == '0' {
		return "", false
	}
	local := len(number) - 3
	if number[0] == '1' || number[0] == '2' { // 010 and 02x are areas of two digits
		local = len(number) - 2
	}
	if local < 7 || local > 8 {
		return "", false
	}
	return "+86" + number, true
}
