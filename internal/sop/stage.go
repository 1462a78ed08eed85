package sop

import (
	"fmt"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// The chances of winning that a stage has when the document says none: they rise from the first stage to the one on which deals are signed,
// and are certain behind it.
const (
	chanceFirst   = 10
	chanceSigning = 80
	chanceCertain = 100
)

// activitySigned is the activity by which the product records a signature.
const activitySigned = "signed"

// SigningStage is the place of the stage on which deals are signed: the one that says so, else the one that holds the signature, else the last
// but one, or the only one. Stages up to it are for open cases, it and those behind it for won ones.
func (s *Standard) SigningStage() int {
	if at := slices.IndexFunc(s.Stages, func(stage Stage) bool { return stage.Signing }); at >= 0 {
		return at
	}
	signs := func(stage Stage) bool {
		return slices.ContainsFunc(stage.Activities, func(a Activity) bool { return a.ID == activitySigned })
	}
	if at := slices.IndexFunc(s.Stages, signs); at >= 0 {
		return at
	}
	return max(len(s.Stages)-2, 0)
}

// ChanceAt is the chance of winning at a stage in percent: what the document says, or else by its place.
func (s *Standard) ChanceAt(place int) int {
	if written := s.Stages[place].Chance; written != nil {
		return *written
	}
	switch signing := s.SigningStage(); {
	case place > signing:
		return chanceCertain
	case place == signing:
		return chanceSigning
	default:
		return chanceFirst + (chanceSigning-2*chanceFirst)*place/signing
	}
}

// pipeline reports what cannot be meant of the stages on which opportunities stand.
func (c *checker) pipeline() {
	signing, taken := -1, map[string]string{}
	for i, stage := range c.standard.Stages {
		path := fmt.Sprintf("stages[%d]", i)
		if stage.Signing {
			if signing >= 0 {
				c.Complain(ruledoc.SeverityError, CodeSigningTwice, path+".signing", errs.Args{"ID": stage.ID, "Other": c.standard.Stages[signing].ID})
			}
			signing = i
		}
		for j, old := range stage.Replaces {
			at := fmt.Sprintf("%s.replaces[%d]", path, j)
			if c.standard.stage(old) != nil {
				c.Complain(ruledoc.SeverityError, CodeReplacesPresent, at, errs.Args{"ID": old})
			}
			if other, found := taken[old]; found {
				c.Complain(ruledoc.SeverityError, CodeReplacesTwice, at, errs.Args{"ID": old, "Other": other})
			}
			taken[old] = stage.ID
		}
		if i > 0 && c.standard.ChanceAt(i) < c.standard.ChanceAt(i-1) {
			c.Complain(ruledoc.SeverityWarning, CodeChanceFalls, path+".id", errs.Args{"ID": stage.ID, "Chance": c.standard.ChanceAt(i), "Before": c.standard.ChanceAt(i - 1)})
		}
	}
}
