package mining

import (
	"slices"

	"xiaoguan/internal/sop"
)

// Course names what ends a case or takes it back, in the words of the log.
type Course struct {
	Signed   string // comes within the stage In, before what follows it
	In       string
	Lost     string // ends the case, whatever stage it has reached
	Reopened string // takes Lost back
}

// StagesOf lists the stages of a standard in their order: those it follows come before each.
func StagesOf(s *sop.Standard) [][]string {
	depth := map[string]int{}
	deepest := 0
	for range s.Stages { // a way through the stages has at most as many steps
		for _, stage := range s.Stages {
			for _, before := range stage.After {
				depth[stage.ID] = max(depth[stage.ID], depth[before]+1)
				deepest = max(deepest, depth[stage.ID])
			}
		}
	}
	levels := make([][]string, deepest+1)
	for _, stage := range s.Stages {
		levels[depth[stage.ID]] = append(levels[depth[stage.ID]], stage.ID)
	}
	return levels
}

// ModelOf is the course of a case as the standard has it: the stages one after the other (those that follow the same ones together), each entered
// once; after each the case may be lost, and taken up again where it was. Going back to a stage, skipping one and ending without the last
// are deviations. Of what happens within the stages the standard's rules speak, which conform judges.
func ModelOf(s *sop.Standard, c Course) Tree {
	levels := StagesOf(s)
	var tail []Tree // what comes after the stages seen so far, from the back
	for i, level := range slices.Backward(levels) {
		var stages []Tree
		signs := false
		for _, id := range level {
			stages = append(stages, Do(id))
			signs = signs || id == c.In
		}
		step := stages[0]
		if len(stages) > 1 {
			step = Together(stages...)
		}
		parts := []Tree{step}
		if i < len(levels)-1 || signs {
			rest := slices.Clone(tail)
			if signs {
				rest = append([]Tree{Do(c.Signed)}, rest...)
			}
			// Lost and taken up again, any number of times; then lost for good, or on.
			parts = append(parts, Again(Nothing(), InOrder(Do(c.Lost), Do(c.Reopened))), OneOf(Do(c.Lost), InOrder(rest...)))
		}
		tail = parts
	}
	return InOrder(tail...)
}
