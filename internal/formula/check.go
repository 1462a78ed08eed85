package formula

// check finds the kind of every node, from the leaves up.
func (n *node) check(kindOf func(string) Kind) (fault *Error) {
	switch n.op {
	case opNumber:
		n.kind = KindNumber
		return nil
	case opName:
		if n.kind = kindOf(n.text); n.kind == KindNone {
			return &Error{Offset: n.offset, Code: CodeName, Found: n.text}
		}
		return nil
	}
	kinds := make([]Kind, len(n.parts))
	for i, part := range n.parts {
		if fault := part.check(kindOf); fault != nil {
			return fault
		}
		kinds[i] = part.kind
	}
	n.kind, fault = n.operate(kinds)
	return fault
}

// wrong is the fault of a part whose kind does not do.
func (n *node) wrong(part int, found, wanted Kind) *Error {
	return &Error{Offset: n.parts[part].offset, Code: CodeKind, Found: found.String(), Wanted: wanted.String()}
}

// want demands kinds of the parts from first on.
func (n *node) want(kinds []Kind, first int, wanted Kind) *Error {
	for i := first; i < len(kinds); i++ {
		if kinds[i] != wanted {
			return n.wrong(i, kinds[i], wanted)
		}
	}
	return nil
}

// same demands that the parts from first on are amounts, or numbers, alike.
func (n *node) same(kinds []Kind, first int) (Kind, *Error) {
	if kinds[first] == KindTruth {
		return KindNone, n.wrong(first, KindTruth, KindNumber)
	}
	return kinds[first], n.want(kinds, first, kinds[first])
}

// operate is the kind of what an operation makes of its parts' kinds.
func (n *node) operate(kinds []Kind) (Kind, *Error) {
	switch n.op {
	case "+", "-", "min", "max", "clamp", "abs", "floor", "ceiling", opMinus, "value":
		return n.same(kinds, 0)
	case "*":
		return n.times(kinds)
	case "/":
		return n.by(kinds)
	case "divide":
		kind, fault := n.by(kinds[:2])
		if fault == nil && kinds[2] != kind {
			fault = n.wrong(2, kinds[2], kind)
		}
		return kind, fault
	case "<", "<=", ">", ">=", "=", "!=":
		_, fault := n.same(kinds, 0)
		return KindTruth, fault
	case "and", "or", "not":
		return KindTruth, n.want(kinds, 0, KindTruth)
	case "if":
		if kinds[0] != KindTruth {
			return KindNone, n.wrong(0, kinds[0], KindTruth)
		}
		return n.same(kinds, 1)
	case "money":
		if n.parts[0].op != opNumber {
			return KindNone, &Error{Offset: n.parts[0].offset, Code: CodeUnexpected, Wanted: "number"}
		}
		return KindMoney, n.want(kinds, 0, KindNumber)
	}
	return n.rounding(kinds)
}

// rounding is round(x, places) with whole places.
func (n *node) rounding(kinds []Kind) (Kind, *Error) {
	places := n.parts[1]
	if places.op != opNumber || !places.value.IsInt() || places.value.Num().Int64() > placesMax {
		return KindNone, &Error{Offset: places.offset, Code: CodeUnexpected, Found: places.text, Wanted: "places"}
	}
	return n.same(kinds[:1], 0)
}

func (n *node) times(kinds []Kind) (Kind, *Error) {
	for i, kind := range kinds {
		if kind == KindTruth {
			return KindNone, n.wrong(i, kind, KindNumber)
		}
	}
	switch {
	case kinds[0] == KindMoney && kinds[1] == KindMoney:
		return KindNone, n.wrong(1, KindMoney, KindNumber)
	case kinds[0] == KindMoney || kinds[1] == KindMoney:
		return KindMoney, nil
	}
	return KindNumber, nil
}

func (n *node) by(kinds []Kind) (Kind, *Error) {
	for i, kind := range kinds {
		if kind == KindTruth {
			return KindNone, n.wrong(i, kind, KindNumber)
		}
	}
	switch {
	case kinds[0] == kinds[1]:
		return KindNumber, nil
	case kinds[0] == KindMoney:
		return KindMoney, nil
	}
	return KindNone, n.wrong(1, KindMoney, KindNumber)
}
