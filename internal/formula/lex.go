package formula

import (
	"strings"
	"unicode"
)

// token is one word of a text. Kind is "number", "name", "end" or the operator itself.
type token struct {
	kind   string
	text   string
	offset int
}

const tokenEnd = "end"

// operators with two characters come first, so that the longest is taken.
var operatorTokens = []string{"<=", ">=", "!=", "+", "-", "*", "/", "(", ")", ",", "<", ">", "=", "%"}

// spellings are other ways to write an operator.
var spellings = strings.NewReplacer("−", "-", "×", "*", "÷", "/", "（", "(", "）", ")", "，", ",", "≥", ">=", "≤", "<=", "≠", "!=", "＝", "=")

// lex cuts a text into words.
func lex(text string) ([]token, *Error) {
	characters := []rune(text)
	if len(characters) > TextMax {
		return nil, &Error{Offset: TextMax, Code: CodeTooLong}
	}
	var tokens []token
	for at := 0; at < len(characters); {
		c := characters[at]
		end := at + 1
		switch {
		case unicode.IsSpace(c):
			at = end
			continue
		case isDigit(c):
			for end < len(characters) && (isDigit(characters[end]) || characters[end] == '.') {
				end++
			}
			tokens = append(tokens, token{opNumber, string(characters[at:end]), at})
		case isLetter(c):
			for end < len(characters) && (isLetter(characters[end]) || isDigit(characters[end])) {
				end++
			}
			tokens = append(tokens, nameToken(string(characters[at:end]), at))
		default:
			word, length := operatorAt(characters[at:])
			if word == "" {
				return nil, &Error{Offset: at, Code: CodeCharacter, Found: string(c)}
			}
			tokens = append(tokens, token{word, word, at})
			end = at + length
		}
		at = end
	}
	return append(tokens, token{tokenEnd, "", len(characters)}), nil
}

func nameToken(word string, at int) token {
	if word == "and" || word == "or" || word == "not" {
		return token{word, word, at}
	}
	return token{opName, word, at}
}

// operatorAt is the operator that the characters begin with, and how many of them it takes.
func operatorAt(characters []rune) (word string, length int) {
	head := spellings.Replace(string(characters[0]))
	if len(characters) > 1 && len(head) == 1 {
		head += spellings.Replace(string(characters[1]))
	}
	for _, operator := range operatorTokens {
		if !strings.HasPrefix(head, operator) {
			continue
		}
		if len(operator) == 2 && spellings.Replace(string(characters[0])) != operator {
			return operator, 2
		}
		return operator, 1
	}
	return "", 0
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func isLetter(c rune) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
