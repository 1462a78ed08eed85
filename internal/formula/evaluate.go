package formula

import "math/big"

// placesMax is how many decimals round may keep.
const placesMax = 9

// Values is what a formula is evaluated in. Value gives the value of a name, nil when it has none; rationals are not changed. MinorDigits
// is how many decimals the currency has: money is in minor units, money(100) and round speak of whole ones.
type Values struct {
	Value       func(name string) *big.Rat
	MinorDigits int
}

// Evaluate computes the formula, exactly. It returns nil when there is no value: something that is needed has none, or is divided by
// zero. Of if, only the branch that is taken is needed; value(x, y) is y where x has no value, divide(a, b, y) is y where b is zero.
func (f *Formula) Evaluate(v Values) *big.Rat {
	return f.root.evaluate(v)
}

// truth is 1 or 0.
func truth(holds bool) *big.Rat {
	if holds {
		return big.NewRat(1, 1)
	}
	return new(big.Rat)
}

func (n *node) evaluate(e Values) *big.Rat {
	switch n.op {
	case opNumber:
		return n.value
	case opName:
		return e.Value(n.text)
	case "money":
		return new(big.Rat).Mul(n.parts[0].value, tenTo(e.MinorDigits))
	case "if":
		condition := n.parts[0].evaluate(e)
		switch {
		case condition == nil:
			return nil
		case condition.Sign() != 0:
			return n.parts[1].evaluate(e)
		}
		return n.parts[2].evaluate(e)
	case "value":
		if x := n.parts[0].evaluate(e); x != nil {
			return x
		}
		return n.parts[1].evaluate(e)
	case "and", "or":
		return n.connect(e)
	}
	values := make([]*big.Rat, len(n.parts))
	for i, part := range n.parts {
		if n.op == "divide" && i == 2 {
			break
		}
		if values[i] = part.evaluate(e); values[i] == nil {
			return nil
		}
	}
	return n.apply(e, values)
}

// connect is and, or: the second is needed only if the first does not decide.
func (n *node) connect(e Values) *big.Rat {
	left := n.parts[0].evaluate(e)
	if left == nil || (left.Sign() != 0) == (n.op == "or") {
		return left
	}
	return n.parts[1].evaluate(e)
}

func (n *node) apply(e Values, v []*big.Rat) *big.Rat {
	switch n.op {
	case "+":
		return new(big.Rat).Add(v[0], v[1])
	case "-":
		return new(big.Rat).Sub(v[0], v[1])
	case "*":
		return new(big.Rat).Mul(v[0], v[1])
	case "/":
		if v[1].Sign() == 0 {
			return nil
		}
		return new(big.Rat).Quo(v[0], v[1])
	case "divide":
		if v[1].Sign() == 0 {
			return n.parts[2].evaluate(e)
		}
		return new(big.Rat).Quo(v[0], v[1])
	case opMinus:
		return new(big.Rat).Neg(v[0])
	case "not":
		return truth(v[0].Sign() == 0)
	case "abs":
		return new(big.Rat).Abs(v[0])
	case "min", "max":
		return extreme(v, n.op == "max")
	case "clamp":
		return extreme([]*big.Rat{extreme([]*big.Rat{v[0], v[1]}, true), v[2]}, false)
	case "floor", "ceiling", "round":
		return n.rounded(e, v)
	}
	return n.compare(v)
}

func (n *node) compare(v []*big.Rat) *big.Rat {
	order := v[0].Cmp(v[1])
	switch n.op {
	case "<":
		return truth(order < 0)
	case "<=":
		return truth(order <= 0)
	case ">":
		return truth(order > 0)
	case ">=":
		return truth(order >= 0)
	case "=":
		return truth(order == 0)
	}
	return truth(order != 0)
}

func extreme(v []*big.Rat, highest bool) *big.Rat {
	best := v[0]
	for _, x := range v[1:] {
		if order := x.Cmp(best); order > 0 == highest && order != 0 {
			best = x
		}
	}
	return best
}

// rounded is floor, ceiling and round. Money is rounded in whole units of its currency: round(x, 0) of ¥1.50 is ¥2.
func (n *node) rounded(e Values, v []*big.Rat) *big.Rat {
	step := big.NewRat(1, 1)
	if n.kind == KindMoney {
		step = tenTo(e.MinorDigits)
	}
	if n.op == "round" {
		step = new(big.Rat).Quo(step, tenTo(int(v[1].Num().Int64())))
	}
	steps := new(big.Rat).Quo(v[0], step)
	var whole *big.Int
	switch n.op {
	case "floor":
		whole = floor(steps)
	case "ceiling":
		whole = floor(new(big.Rat).Neg(steps))
		whole.Neg(whole)
	default: // half away from zero
		whole = floor(new(big.Rat).Add(new(big.Rat).Abs(steps), big.NewRat(1, 2)))
		if steps.Sign() < 0 {
			whole.Neg(whole)
		}
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
}

// floor is the greatest whole number not above x.
func floor(x *big.Rat) *big.Int {
	return new(big.Int).Div(x.Num(), x.Denom()) // Euclidean, and the denominator is positive
}

func tenTo(n int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
}
