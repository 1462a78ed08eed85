package faults

// Fault is a planted problem.
type Fault struct {
	Kind     string   `json:"kind"` // an id of docs/diagnosis-kinds.md
	Place    Place    `json:"place"`
	Strength Strength `json:"strength"`
	// How far it was moved, the least that is a problem, and one deviation of how healthy places of this size differ, chance and usual variation
	// together; in the unit of the kind (a share, a mean, or the logarithm of a factor).
	Moved float64 `json:"moved"`
	Least float64 `json:"least"`
	Noise float64 `json:"noise"`
}

// Place is where a problem is: what is not named is empty; a company's names nothing.
type Place struct {
	Region  string `json:"region,omitempty"`
	Team    string `json:"team,omitempty"`
	Person  string `json:"person,omitempty"`
	Product string `json:"product,omitempty"`
	Source  string `json:"source,omitempty"`
	Stage   string `json:"stage,omitempty"`
	Rule    string `json:"rule,omitempty"`
}

// Strength is how far a problem stands out from noise.
type Strength string

// The strengths.
const (
	Weak   Strength = "weak"
	Medium Strength = "medium"
	Strong Strength = "strong"
)

// Strengths are all of them, the weakest first.
var Strengths = []Strength{Weak, Medium, Strong}

// demand says how far a problem of a strength is moved: at least so many times the least, the least and so many deviations, and so many deviations.
func (s Strength) demand(least, noise float64) float64 {
	switch s {
	case Weak:
		return max(1.25*least, least+3*noise, 5*noise)
	case Medium:
		return max(1.7*least, least+5*noise, 8*noise)
	}
	return max(2.3*least, least+8*noise, 12*noise)
}

// Truth is what was planted into a company, kept apart from its files.
type Truth struct {
	Seed    uint64         `json:"seed"`
	Sellers int            `json:"sellers"`
	Regions int            `json:"regions"`
	Teams   int            `json:"teams"`
	Rows    map[string]int `json:"rows"` // of each file
	Faults  []Fault        `json:"faults"`
}

// site is where a kind may be planted: the teams that it turns, or a thing beside them.
type site struct {
	place  Place
	level  level
	teams  []int
	thing  int // product, source or person
	seats  float64
	others float64 // seats outside
}

type level int

const (
	atCompany level = iota
	atRegion
	atTeam
	atProduct
	atSource
	atPerson
	atPlan // an incentive plan
)

// kind is one way in which companies are ill.
type kind struct {
	id          string
	group       string // one problem of a group in a company: two would hide each other
	levels      []level
	stage, rule string // named in the place
	// measure says what is the least that counts at a site, by how much healthy sites of this size differ, and the most that can be planted there
	// (0: nothing can).
	measure func(c *company, at site) (least, noise, most float64)
	plant   func(c *company, at site, by float64)
	steps   [3]float64 // how far the strengths move it, where a rule cannot say
}

// moved is how far a strength moves a kind at a site.
func (k *kind) moved(s Strength, least, noise float64) float64 {
	for i, strength := range Strengths {
		if k.steps[i] > 0 && strength == s {
			return k.steps[i]
		}
	}
	return s.demand(least, noise)
}
