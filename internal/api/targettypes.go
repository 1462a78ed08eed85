package api

import "time"

// TargetPlan is one version of a year's targets.
type TargetPlan struct {
	ID         int64         `json:"id"`
	FiscalYear int           `json:"fiscal_year" example:"2027"`
	FirstMonth string        `json:"first_month" example:"2027-01"`
	Number     int64         `json:"number" doc:"Of the version within the year."`
	Name       string        `json:"name"`
	State      string        `json:"state" enum:"gathering,failed,draft,discussion,waiting,approved,published,replaced,dropped"`
	Rules      TargetRules   `json:"rules"`
	From       string        `json:"from,omitempty" example:"2027-01" doc:"From which month on its numbers are quotas."`
	Summary    targetSummary `json:"summary" doc:"Of the whole company, for who sees it."`
	InputHash  string        `json:"input_hash,omitempty"`
	ResultHash string        `json:"result_hash,omitempty"`
	CreatedBy  string        `json:"created_by_name"`
	CreatedAt  time.Time     `json:"created_at"`
	Failure    string        `json:"failure,omitempty"`
	RequestID  string        `json:"request_id,omitempty"`
	Revision   int64         `json:"revision"`
	Currency   string        `json:"currency" example:"CNY"`
}

// TargetRules are what is asked of a split. Percentages are whole; bounds, ratio and over-assignment of 0 are none.
type TargetRules struct {
	YearMinor  int64                 `json:"year_minor" minimum:"0" doc:"Of the company."`
	Basis      string                `json:"basis" enum:"collected,signed" doc:"Of history; quotas are of collected money."`
	History    int                   `json:"history" doc:"The four weights sum to 100."`
	Potential  int                   `json:"potential"`
	Pipeline   int                   `json:"pipeline"`
	Even       int                   `json:"even"`
	Ability    bool                  `json:"ability"`
	Ramp       []int                 `json:"ramp" nullable:"false" maxItems:"12" doc:"Of the first months in the job, percent of full speed."`
	Down       int                   `json:"down,omitempty"`
	Up         int                   `json:"up,omitempty"`
	OverRegion int                   `json:"over_region,omitempty"`
	OverTeam   int                   `json:"over_team,omitempty"`
	OverPerson int                   `json:"over_person,omitempty"`
	Core       int                   `json:"core" doc:"Percent of what a newcomer carries that a core seller carries at least; 0: not asked."`
	Base       int                   `json:"base" doc:"Chance to reach the base target, percent."`
	Stretch    int                   `json:"stretch"`
	Enough     int                   `json:"enough" doc:"Percent of the people who are to reach theirs."`
	InCommon   int                   `json:"in_common" doc:"How much one cause moves everybody alike, percent."`
	Hands      map[string]TargetHand `json:"hands,omitempty" doc:"What was set by hand, by unit."`
}

// TargetHand is what was set for one unit by hand.
type TargetHand struct {
	FixedMinor int64  `json:"fixed_minor,omitempty"`
	LowMinor   int64  `json:"low_minor,omitempty"`
	HighMinor  int64  `json:"high_minor,omitempty"`
	AwayFrom   string `json:"away_from,omitempty" example:"2027-03"`
	AwayTo     string `json:"away_to,omitempty"`
	Note       string `json:"note" maxLength:"300"`
}

type targetSummary struct {
	On            string          `json:"on,omitempty" doc:"The day whose facts it rests on."`
	Since         string          `json:"since,omitempty" doc:"The first month of results that it knows."`
	Months        int             `json:"months"`
	People        int64           `json:"people"`
	TargetMinor   int64           `json:"target_minor"`
	PeopleMinor   int64           `json:"people_minor"`
	LastMinor     int64           `json:"last_minor" doc:"Sold in the last twelve months."`
	ExpectedMinor int64           `json:"expected_minor"`
	BaseMinor     int64           `json:"base_minor"`
	StretchMinor  int64           `json:"stretch_minor"`
	BaseEnough    int64           `json:"base_enough_ppm" doc:"Chance that enough people reach base."`
	TargetEnough  int64           `json:"target_enough_ppm"`
	BaseWanted    int64           `json:"base_wanted_ppm" doc:"The chance of base that each needs for enough of them to reach it nine times of ten."`
	Tested        int64           `json:"tested"`
	TestedBase    int64           `json:"tested_base" doc:"How many of these would have reached a base target a year ago."`
	TestedPeriods int64           `json:"tested_periods,omitempty" doc:"How many periods of the past were tested."`
	TestedMonths  int64           `json:"tested_months,omitempty" doc:"How long each of them was; less than twelve while there is little history."`
	Moved         int64           `json:"market_moved_ppm,omitempty" doc:"The last twelve months against those before, by people who were there in both; absent while that is not known."`
	MovedPeople   int64           `json:"market_people,omitempty"`
	Ahead         int64           `json:"market_ahead_ppm,omitempty" doc:"What the year is expected to be against the last twelve months, for everybody."`
	Common        int64           `json:"common_spread_ppm,omitempty" doc:"How widely everybody's results move alike: standard deviation."`
	Findings      []targetFinding `json:"findings" nullable:"false"`
	Apart         []targetApart   `json:"potentials_apart,omitempty" doc:"Potentials that do not come to that of the unit above."`
}

type targetFinding struct {
	Problem string   `json:"problem" enum:"floors,ceilings,ratio,negative,no_potential,no_data,away"`
	Unit    string   `json:"unit"`
	Driver  string   `json:"driver,omitempty"`
	Minor   int64    `json:"amount_minor,omitempty"`
	Units   []string `json:"units,omitempty"`
	Binding bool     `json:"binding" doc:"Something that was asked could not be met."`
}

// targetRow is what one unit is asked to reach.
type targetRow struct {
	Unit         string          `json:"unit" doc:"c, or r, t, p with the id of a region, team or person."`
	Parent       string          `json:"parent,omitempty"`
	Name         string          `json:"name"`
	PersonID     int64           `json:"person_id,omitempty"`
	People       int64           `json:"people"`
	YearMinor    int64           `json:"year_minor"`
	Months       []int64         `json:"months_minor" nullable:"false"`
	HistoryMinor int64           `json:"history_minor" doc:"What weighs for the share: own results made a whole year at the level of the market that is expected of the year ahead."`
	LastMinor    *int64          `json:"last_minor,omitempty" doc:"Sold in the last twelve months, as recorded; of the company whoever sold it. Absent in versions that are older."`
	LastYear     *int64          `json:"last_year_minor,omitempty" doc:"The same, made a whole year by the season for people who were there for less: what growth and bounds are measured against."`
	LastMade     int64           `json:"last_made_people,omitempty" doc:"Of how many people it was made one."`
	GrowthPPM    *int64          `json:"growth_ppm,omitempty" doc:"The target against last_year_minor."`
	Expected     int64           `json:"expected_minor"`
	Potential    *int64          `json:"potential_minor,omitempty"`
	Source       string          `json:"potential_source,omitempty"`
	Pipeline     int64           `json:"pipeline_minor"`
	BaseMinor    int64           `json:"base_minor"`
	StretchMinor int64           `json:"stretch_minor"`
	ChancePPM    *int64          `json:"chance_ppm,omitempty" doc:"Of a person, to reach the target; of others, that enough people do."`
	BasePPM      *int64          `json:"base_chance_ppm,omitempty"`
	AbilityPPM   int64           `json:"ability_ppm,omitempty"`
	FreeMinor    int64           `json:"free_minor" doc:"What the shares alone would give."`
	Hold         string          `json:"hold,omitempty" enum:"low,high,down,up,fixed,ratio"`
	OverMinor    int64           `json:"over_minor,omitempty" doc:"How much more those below have together."`
	Portions     []targetPortion `json:"portions" nullable:"false"`
	OwnMinor     int64           `json:"own_minor,omitempty" doc:"The sum of the numbers from below."`
	OwnPeople    int64           `json:"own_people,omitempty"`
	GapMinor     int64           `json:"gap_minor,omitempty" doc:"From above less from below, of the people who have both."`
}

type targetPortion struct {
	Driver string `json:"driver" enum:"history,potential,pipeline,even,untapped,baseline"`
	Counts int64  `json:"counts_ppm"`
	Part   int64  `json:"part"`
	Whole  int64  `json:"whole"`
}

// targetTree is a plan with one unit and what is below it, as far as the caller sees.
type targetTree struct {
	TargetPlan
	Unit  *targetRow  `json:"unit,omitempty"`
	Below []targetRow `json:"below" nullable:"false"`
}

type targetObjection struct {
	ID          int64     `json:"id"`
	PersonID    int64     `json:"person_id"`
	State       string    `json:"state" enum:"open,accepted,rejected"`
	TargetMinor int64     `json:"target_minor"`
	WantedMinor int64     `json:"wanted_minor,omitempty"`
	Reason      string    `json:"reason"`
	ByName      string    `json:"by_name"`
	At          time.Time `json:"at"`
	Answer      string    `json:"answer,omitempty"`
	AnsweredBy  string    `json:"answered_by_name,omitempty"`
}

type targetChange struct {
	ID          int64  `json:"id"`
	PersonID    int64  `json:"person_id"`
	OtherID     int64  `json:"other_id,omitempty"`
	From        string `json:"from"`
	Kind        string `json:"kind" enum:"quarter,transfer,leave,customers,product,force"`
	Reason      string `json:"reason"`
	BeforeMinor int64  `json:"before_minor"`
	AfterMinor  int64  `json:"after_minor"`
	State       string `json:"state" enum:"asked,done,refused"`
	RequestID   string `json:"request_id,omitempty"`
}

// targetTerm is a part of somebody's number.
type targetTerm struct {
	Kind     string `json:"kind" enum:"driver,ability,time,over,held,others,change"`
	Driver   string `json:"driver,omitempty" doc:"Of a reason of the split."`
	Hold     string `json:"hold,omitempty" doc:"What held the number."`
	ChangeID int64  `json:"change_id,omitempty"`
	Minor    int64  `json:"amount_minor"`
}

// targetPerson is somebody's number, with what was said to it and decided about it.
type targetPerson struct {
	Row        targetRow         `json:"row"`
	Objections []targetObjection `json:"objections" nullable:"false"`
	Changes    []targetChange    `json:"changes" nullable:"false"`
	Terms      []targetTerm      `json:"terms" nullable:"false" doc:"What the number is made of, in order; they sum up to it."`
	LetterHash string            `json:"letter_hash"`
	AcceptedAt *time.Time        `json:"accepted_at,omitempty" doc:"Of exactly this letter."`
}

// targetPotential is what the market of a unit could give. The region's id and name are of regions alone.
type targetPotential struct {
	Unit       string `json:"unit" doc:"r, t or p with the id of a region, team or person."`
	Kind       string `json:"kind" enum:"region,team,person"`
	Parent     string `json:"parent,omitempty"`
	Key        string `json:"key,omitempty"`
	Name       string `json:"name,omitempty"`
	RegionID   int64  `json:"region_id"`
	RegionName string `json:"region_name,omitempty"`
	Minor      int64  `json:"amount_minor" doc:"0: not known."`
	Source     string `json:"source,omitempty" maxLength:"200"`
}

// setPotential is a potential that is set: of a region, by its id, or of any unit.
type (
	setRegionPotential struct {
		RegionID   int64  `json:"region_id"`
		RegionName string `json:"region_name,omitempty"`
		Minor      int64  `json:"amount_minor" doc:"0: not known."`
		Source     string `json:"source,omitempty" maxLength:"200"`
	}
	setUnitPotential struct {
		Unit   string `json:"unit" maxLength:"30" doc:"r, t or p with the id of a region, team or person."`
		Minor  int64  `json:"amount_minor" doc:"0: not known."`
		Source string `json:"source,omitempty" maxLength:"200"`
	}
)

type targetApart struct {
	Unit       string `json:"unit"`
	Name       string `json:"name,omitempty"`
	Minor      int64  `json:"potential_minor"`
	BelowMinor int64  `json:"below_minor" doc:"The sum of the potentials below that are known."`
	Known      int    `json:"known"`
	Units      int    `json:"units" doc:"How many units are below."`
}

type (
	createTargetPlanInput struct {
		Body struct {
			FiscalYear int         `json:"fiscal_year" minimum:"2000" maximum:"2100"`
			Name       string      `json:"name" maxLength:"200"`
			CopyOf     int64       `json:"copy_of,omitempty" doc:"Takes rules and what it rests on from this plan."`
			DecisionID int64       `json:"decision_id,omitempty" doc:"The decision that it follows from."`
			Rules      TargetRules `json:"rules,omitempty"`
		}
	}
	getTargetPlanInput struct {
		ByNumber
		Unit string `query:"unit" maxLength:"30"`
	}
	reviseTargetPlanInput struct {
		ByNumber
		Body struct {
			Seen  int64       `json:"seen,omitempty" doc:"The revision that the rules rest on; 0 skips the check."`
			Rules TargetRules `json:"rules"`
		}
	}
	targetHandInput struct {
		ByNumber
		Unit string `path:"unit" maxLength:"30"`
		Body TargetHand
	}
	stepTargetPlanInput struct {
		ByNumber
		Body struct {
			To string `json:"to" enum:"draft,discussion,dropped"`
		}
	}
	submitTargetPlanInput struct {
		ByNumber
		Body struct {
			Note string `json:"note,omitempty" maxLength:"300"`
		}
	}
	publishTargetPlanInput struct {
		ByNumber
		Body struct {
			From string `json:"from" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2027-01"`
		}
	}
	// TargetPersonPath is a person of a plan.
	TargetPersonPath struct {
		ByNumber
		PersonID int64 `path:"person_id" minimum:"1"`
	}
	targetOwnInput struct {
		TargetPersonPath
		Body struct {
			AmountMinor int64  `json:"amount_minor" minimum:"0" doc:"0 takes it back."`
			Note        string `json:"note,omitempty" maxLength:"300"`
		}
	}
	targetObjectInput struct {
		TargetPersonPath
		Body struct {
			WantedMinor int64  `json:"wanted_minor,omitempty" minimum:"0"`
			Reason      string `json:"reason" maxLength:"300"`
		}
	}
	targetChangeInput struct {
		TargetPersonPath
		Body struct {
			From      string `json:"from" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$"`
			RestMinor int64  `json:"rest_minor" minimum:"0" doc:"From that month to the end of the year."`
			OtherID   int64  `json:"other_id,omitempty" doc:"Who takes the difference."`
			Kind      string `json:"kind" enum:"quarter,transfer,leave,customers,product,force"`
			Reason    string `json:"reason" maxLength:"300"`
		}
	}
	answerTargetInput struct {
		ByNumber
		Body struct {
			Accept bool   `json:"accept"`
			Answer string `json:"answer" maxLength:"300"`
		}
	}
	listPotentialsInput struct {
		YearPath
		Kind string `query:"kind" enum:"region,team,person,all" default:"region" doc:"Of which units; all comes each behind the one above."`
	}
	setPotentialsInput struct {
		YearPath
		Body struct {
			Regions []setRegionPotential `json:"regions,omitempty" nullable:"false" maxItems:"1000"`
			Units   []setUnitPotential   `json:"units,omitempty" nullable:"false" maxItems:"20000"`
		}
	}
)
