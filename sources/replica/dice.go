package replica

import "math"

// dice is a small random source whose rolls depend on its key alone, so that anything can
// be composed again, in any order, without keeping it.
type dice struct{ state uint64 }

// newDice returns the dice of a key.
func newDice(parts ...uint64) dice {
	state := uint64(0x9e3779b97f4a7c15)
	for _, part := range parts {
		state = mix(state ^ mix(part+0x632be59bd9b4e019))
	}
	return dice{state}
}

// mix is the finisher of SplitMix64.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// below returns a number in [0, n); 0 where n < 1.
func (d *dice) below(n int) int {
	if n < 1 {
		return 0
	}
	return int(d.next() >> 1 % uint64(n))
}

// between returns a number in [low, high].
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// share returns a number in [0, 1).
func (d *dice) share() float64 { return float64(d.next()>>11) / (1 << 53) }

func (d *dice) chance(p float64) bool { return d.share() < p }

// skewed returns a number in [0, n) that favours small ones as company sizes do.
func (d *dice) skewed(n int) int { return min(int(math.Pow(d.share(), 2.2)*float64(n)), n-1) }

func pick[T any](d *dice, from []T) T { return from[d.below(len(from))] }

// weighted returns an index of weights with the chances they give; 0 where all are 0.
func (d *dice) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := d.share() * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return 0
}
