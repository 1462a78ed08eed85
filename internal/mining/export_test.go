package mining

// NetOf builds a net from transitions written as "name: in in > out out", for models that are published as nets. Place 0 is the first, place 1
// the last; an empty name is silent.
func NetOf(places int, transitions ...struct {
	Name    string
	In, Out []int
}) *Net {
	n := &Net{places: places, initial: 0, final: 1, numbers: map[string]int{}}
	for _, t := range transitions {
		number := silent
		if t.Name != "" {
			if _, ok := n.numbers[t.Name]; !ok {
				n.numbers[t.Name] = len(n.Activities)
				n.Activities = append(n.Activities, t.Name)
			}
			number = n.numbers[t.Name]
		}
		n.add(number, t.In, t.Out)
	}
	n.sets()
	return n
}
