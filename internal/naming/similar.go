package naming

// Whole is the similarity of equal texts.
const Whole = 1_000_000

// Near is the similarity from which two names are taken for perhaps one company's.
const Near = 900_000

// Similarity says how alike two texts are, in parts per million: the measure of Jaro and Winkler, which likes a common beginning, rounded
// down. It is symmetric; equal texts have Whole, texts without a common character 0.
func Similarity(a, b string) int64 {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		if len(y) == 0 {
			return Whole
		}
		return 0
	}
	common, turned := matches(x, y)
	if common == 0 {
		return 0
	}
	// (m/|x| + m/|y| + (m − t)/m) / 3 with one division, where t is half of what is turned
	m, nx, ny := int64(common), int64(len(x)), int64(len(y))
	numerator := 2*m*m*ny + 2*m*m*nx + (2*m-int64(turned))*nx*ny
	jaro := numerator * Whole / (6 * m * nx * ny)
	prefix := int64(0)
	for prefix < min(4, nx) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + prefix*(Whole-jaro)/10
}

// matches counts the characters that both have near the same place, and those of them that stand in another order.
func matches(x, y []rune) (common, turned int) {
	reach := max(len(y)/2-1, 0)
	inX, inY := make([]bool, len(x)), make([]bool, len(y))
	for i, r := range x {
		for j := max(0, i-reach); j < min(len(y), i+reach+1); j++ {
			if !inY[j] && y[j] == r {
				inX[i], inY[j] = true, true
				common++
				break
			}
		}
	}
	j := 0
	for i, r := range x {
		if !inX[i] {
			continue
		}
		for !inY[j] {
			j++
		}
		if y[j] != r {
			turned++
		}
		j++
	}
	return common, turned
}
