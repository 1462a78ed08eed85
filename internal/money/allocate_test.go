package money_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/money"
)

func TestAllocate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"nothing to split", 0, []int64{1, 2}, []int64{0, 0}},
		{"one part takes all", -7, []int64{3}, []int64{-7}},
		{"even", 100, []int64{1, 1}, []int64{50, 50}},
		{"a tie goes to the earlier part", 1, []int64{1, 1}, []int64{1, 0}},
		{"two left over go to the first two of three equals", 5, []int64{1, 1, 1}, []int64{2, 2, 1}},
		{"the larger remainder wins over the earlier place", 10, []int64{1, 2}, []int64{3, 7}},
		{"a weight of zero gets nothing", 7, []int64{0, 1, 0, 1}, []int64{0, 4, 0, 3}},
		{"negative is the mirror", -5, []int64{1, 1, 1}, []int64{-2, -2, -1}},
		{"the least amount", math.MinInt64, []int64{1}, []int64{math.MinInt64}},
		{"the least amount, halved", math.MinInt64, []int64{1, 1}, []int64{math.MinInt64 / 2, math.MinInt64 / 2}},
		{"the greatest amount", math.MaxInt64, []int64{1 << 61, 1 << 60}, []int64{6148914691236517205, 3074457345618258602}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := money.Allocate(test.total, test.weights); !slices.Equal(got, test.want) {
				t.Errorf("Allocate(%d, %v) = %v, want %v", test.total, test.weights, got, test.want)
			}
		})
	}
}

func TestAllocateRefusesBadWeights(t *testing.T) {
	t.Parallel()
	for _, weights := range [][]int64{nil, {}, {0}, {0, 0}, {1, -1}, {-1}, {3, -1}, {1 << 62}, {1 << 61, 1 << 61}, {math.MaxInt64, math.MaxInt64}} {
		if got := money.Allocate(100, weights); got != nil {
			t.Errorf("Allocate(100, %v) = %v, want nil", weights, got)
		}
	}
	if got := money.Allocate(100, []int64{1<<62 - 1}); !slices.Equal(got, []int64{100}) {
		t.Errorf("the greatest sum of weights gives %v", got)
	}
}

// W1 writes the split of a payment as owner = sign(a) · floor((|a|·p + 50) / 100), second = a − owner.
func TestAllocateIsW1sSplit(t *testing.T) {
	t.Parallel()
	for _, magnitude := range []int64{1, 2, 3, 4, 5, 6, 7, 49, 50, 51, 99, 100, 101, 12345, 987654321} {
		for percent := int64(1); percent <= 99; percent++ {
			for _, sign := range []int64{1, -1} {
				amount := sign * magnitude
				owner := sign * ((magnitude*percent + 50) / 100)
				want := []int64{owner, amount - owner}
				if got := money.Allocate(amount, []int64{percent, 100 - percent}); !slices.Equal(got, want) {
					t.Errorf("Allocate(%d, %d:%d) = %v, want %v", amount, percent, 100-percent, got, want)
				}
			}
		}
	}
}

// referenceAllocate gives out the units left over one by one, each to the part that is furthest below its exact share.
func referenceAllocate(total int64, weights []int64) []int64 {
	whole := new(big.Int)
	for _, w := range weights {
		whole.Add(whole, big.NewInt(w))
	}
	magnitude := new(big.Int).Abs(big.NewInt(total))
	left := new(big.Int).Set(magnitude)
	parts, short := make([]*big.Int, len(weights)), make([]*big.Rat, len(weights))
	for i, w := range weights {
		share := new(big.Rat).SetFrac(new(big.Int).Mul(magnitude, big.NewInt(w)), whole)
		parts[i] = new(big.Int).Quo(share.Num(), share.Denom())
		short[i] = share.Sub(share, new(big.Rat).SetInt(parts[i]))
		left.Sub(left, parts[i])
	}
	for ; left.Sign() > 0; left.Sub(left, big.NewInt(1)) {
		best := 0
		for i := range short {
			if short[i].Cmp(short[best]) > 0 {
				best = i
			}
		}
		parts[best].Add(parts[best], big.NewInt(1))
		short[best].Sub(short[best], big.NewRat(1, 1))
	}
	result := make([]int64, len(parts))
	for i, part := range parts {
		if total < 0 {
			part.Neg(part)
		}
		result[i] = part.Int64()
	}
	return result
}

func TestAllocateLaws(t *testing.T) {
	t.Parallel()
	weight := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 100), rapid.Int64Range(0, 1<<55))
	amount := rapid.OneOf(rapid.Int64Range(-10, 10), rapid.Int64Range(-1e9, 1e9), rapid.Int64())
	rapid.Check(t, func(t *rapid.T) {
		total, weights := amount.Draw(t, "total"), rapid.SliceOfN(weight, 1, 20).Draw(t, "weights")
		if sum(weights).Sign() == 0 {
			weights[0] = 1
		}
		parts := money.Allocate(total, weights)
		if want := referenceAllocate(total, weights); !slices.Equal(parts, want) {
			t.Fatalf("Allocate(%d, %v) = %v, reference %v", total, weights, parts, want)
		}
		if sum(parts).Cmp(big.NewInt(total)) != 0 {
			t.Fatalf("parts %v of %d sum to %v", parts, total, sum(parts))
		}
		if total != math.MinInt64 {
			if mirror := money.Allocate(-total, weights); !slices.Equal(mirror, negated(parts)) {
				t.Fatalf("Allocate(%d) = %v, but Allocate(%d) = %v", total, parts, -total, mirror)
			}
		}
		for i := 1; i < len(parts); i++ {
			if weights[i] == weights[i-1] && magnitude(parts[i]) > magnitude(parts[i-1]) {
				t.Fatalf("of two equal weights the later part is larger: %v of %v", parts, weights)
			}
		}
		withZero := money.Allocate(total, append(slices.Clone(weights), 0))
		if !slices.Equal(withZero, append(slices.Clone(parts), 0)) {
			t.Fatalf("a further weight of zero changes %v to %v", parts, withZero)
		}
	})
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func TestAllocateToManyPartsSumsUp(t *testing.T) {
	t.Parallel()
	weights := make([]int64, 50_000)
	for i := range weights {
		weights[i] = int64(i%7 + 1)
	}
	const total = 123_456_789_012_345
	if got := sum(money.Allocate(total, weights)); got.Int64() != total {
		t.Errorf("50,000 parts sum to %v, want %d", got, total)
	}
}

func BenchmarkAllocateYearTargetTo50000(b *testing.B) {
	weights := make([]int64, 50_000)
	for i := range weights {
		weights[i] = int64(i%977 + 1)
	}
	for b.Loop() {
		money.Allocate(123_456_789_012_345, weights)
	}
}

func BenchmarkAllocateSplitOfTwo(b *testing.B) {
	weights := []int64{37, 63}
	for b.Loop() {
		money.Allocate(123_457, weights)
	}
}
