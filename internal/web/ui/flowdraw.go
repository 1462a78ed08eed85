package ui

import (
	"context"
	"strconv"

	"github.com/a-h/templ"
)

func (m Moment) icon() string {
	if m.Icon != "" {
		return m.Icon
	}
	return "point"
}

func checkIcon(s CheckState) string {
	switch s {
	case CheckDone:
		return "circle-check"
	case CheckPending:
		return "clock"
	case CheckFailed:
		return "circle-x"
	case CheckExempt:
		return "shield-minus"
	}
	return "circle"
}

func checkTone(s CheckState) string {
	switch s {
	case CheckDone:
		return string(ToneGood)
	case CheckPending:
		return string(ToneWarn)
	case CheckFailed:
		return string(ToneBad)
	}
	return "t3"
}

func jobIcon(s JobState) string {
	switch s {
	case JobDone:
		return "circle-check"
	case JobFailed:
		return "alert-octagon"
	case JobCancelled:
		return "circle-x"
	}
	return "loader-2"
}

func jobTone(s JobState) string {
	switch s {
	case JobDone:
		return string(ToneGood)
	case JobFailed:
		return string(ToneBad)
	}
	return "t3"
}

func inset(v TableView) TableView {
	v.Inset = true
	return v
}

func (c ChartView) heightClass() string {
	if c.Height == 0 || c.Height == 260 {
		return ""
	}
	return "h" + strconv.Itoa(c.Height)
}

// attributes hand charts.js what isn't in the table, words of the reader's language included.
func (c ChartView) attributes(ctx context.Context) templ.OrderedAttributes {
	var attributes templ.OrderedAttributes
	add := func(name, value string) {
		if value != "" {
			attributes = append(attributes, templ.KeyValue[string, any]{Key: name, Value: value})
		}
	}
	add("id", c.ID)
	add("data-min", c.Min)
	add("data-max", c.Max)
	if c.Every > 1 {
		add("data-every", strconv.Itoa(c.Every))
	}
	for i, title := range c.Axis {
		add("data-axis"+strconv.Itoa(i+1), title)
	}
	if c.Point != nil {
		add("data-point-x", c.Point.X)
		add("data-point-y", c.Point.Y)
		add("data-point", c.Point.Label)
	}
	switch c.Kind {
	case ChartWaterfall:
		add("data-word-total", t(ctx, "chart.total"))
		add("data-word-change", t(ctx, "chart.change"))
	case ChartMatrix:
		for i, key := range []string{"chart.matrix.first", "chart.matrix.plan", "chart.matrix.aside", "chart.matrix.later"} {
			add("data-quadrant"+strconv.Itoa(i+1), t(ctx, key))
		}
	}
	return attributes
}
