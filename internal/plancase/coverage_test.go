package plancase_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/plancase"
)

// withoutPage lists the constructs of the language that no page of the cookbook shows, each with the reason.
var withoutPage = map[string]string{
	"measure.among=led_teams": "who leads a team is no member of it, so a rank among it never has a value (lint says so)",
	"plan.examples":           "no part of the rule; see docs/lint.md",
	"measure.among=mentees":   "who mentors is none of the trainees, so a rank among them never has a value (lint says so)",
}

// TestEveryConstructOfTheLanguageIsInTheCookbook walks the plans of all pages along the JSON Schema and names each key and each word of
// the language that none of them uses.
func TestEveryConstructOfTheLanguageIsInTheCookbook(t *testing.T) {
	t.Parallel()
	var root map[string]any
	if err := json.Unmarshal(plan.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	s := &schemaWalk{definitions: root["$defs"].(map[string]any), all: map[string]bool{}, used: map[string]bool{}}
	s.list("plan", s.ref("plan"), nil)
	s.list("crediting", s.ref("crediting"), nil)
	for name, text := range pages(t) {
		page, err := plancase.Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Cases {
			for _, f := range c.Files {
				if strings.HasSuffix(f.Name, ".yaml") {
					var document map[string]any
					if err := yaml.Unmarshal(f.Data, &document); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					kind, _, _ := strings.Cut(document["xiaoguan"].(string), "/")
					s.use(kind, s.ref(kind), document)
				}
			}
		}
	}
	if len(s.all) < 200 {
		t.Errorf("the schema has only %d constructs: the walk is broken", len(s.all))
	}
	for _, construct := range slices.Sorted(maps.Keys(s.all)) {
		_, excused := withoutPage[construct]
		if s.used[construct] == excused {
			t.Errorf("%s: used %v, excused %v", construct, s.used[construct], excused)
		}
	}
}

// schemaWalk names the constructs of a JSON Schema: "place.key", and "place.key=word" for each word of a choice of two and more. A place is the
// definition in which the key stands and the way from there.
type schemaWalk struct {
	definitions map[string]any
	all, used   map[string]bool
}

func (s *schemaWalk) ref(name string) map[string]any { return s.definitions[name].(map[string]any) }

// alternatives flattens a node into the nodes that it may be, each with its place.
func (s *schemaWalk) alternatives(place string, node map[string]any) (out []map[string]any, at []string) {
	if ref, ok := node["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		return s.alternatives(name, s.ref(name))
	}
	out, at = append(out, node), append(at, place)
	for _, key := range []string{"oneOf", "anyOf"} {
		for _, alternative := range asList(node[key]) {
			nodes, places := s.alternatives(place, alternative.(map[string]any))
			out, at = append(out, nodes...), append(at, places...)
		}
	}
	return out, at
}

func asList(v any) []any { list, _ := v.([]any); return list }

// words are the words of a choice, where there is one to make.
func words(nodes []map[string]any) (found []string) {
	for _, node := range nodes {
		for _, word := range asList(node["enum"]) {
			found = append(found, fmt.Sprint(word))
		}
		if word, ok := node["const"].(string); ok {
			found = append(found, word)
		}
	}
	return found
}

// list notes every construct at and below a node.
func (s *schemaWalk) list(place string, node map[string]any, above []string) {
	nodes, places := s.alternatives(place, node)
	for i, n := range nodes {
		if slices.Contains(above, fmt.Sprintf("%p", n)) {
			continue
		}
		path := append(slices.Clone(above), fmt.Sprintf("%p", n))
		for key, property := range asMap(n["properties"]) {
			name := places[i] + "." + key
			s.all[name] = true
			inner, _ := s.alternatives(name, property.(map[string]any))
			for _, word := range words(inner) {
				s.all[name+"="+word] = true
			}
			s.list(name, property.(map[string]any), path)
		}
		if items, ok := n["items"].(map[string]any); ok {
			inner, _ := s.alternatives(places[i], items)
			for _, word := range words(inner) {
				s.all[places[i]+"="+word] = true
			}
			s.list(places[i], items, path)
		}
		if rest, ok := n["additionalProperties"].(map[string]any); ok {
			s.list(places[i], rest, path)
		}
	}
}

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }

// use marks what a value uses.
func (s *schemaWalk) use(place string, node map[string]any, value any) {
	nodes, places := s.alternatives(place, node)
	for i, n := range nodes {
		switch v := value.(type) {
		case map[string]any:
			properties := asMap(n["properties"])
			for key, inner := range v {
				if property, ok := properties[key].(map[string]any); ok {
					name := places[i] + "." + key
					s.used[name] = true
					s.use(name, property, inner)
				} else if rest, ok := n["additionalProperties"].(map[string]any); ok {
					s.use(places[i], rest, inner)
				}
			}
		case []any:
			if items, ok := n["items"].(map[string]any); ok {
				for _, item := range v {
					s.use(places[i], items, item)
				}
			}
		default:
			if slices.Contains(words([]map[string]any{n}), fmt.Sprint(v)) {
				s.used[place+"="+fmt.Sprint(v)], s.used[places[i]+"="+fmt.Sprint(v)] = true, true
			}
		}
	}
}

var indexRow = regexp.MustCompile(`(?m)^\| ([^|]+) \| ((?:\[[^\]]+\]\([a-z-]+\.md\)(?:, )?)+|not yet[^|]*) \|$`)

// TestEveryMechanismOfTheIndexHasAPage holds the index of mechanisms to pages that exist, and the pages to the index.
func TestEveryMechanismOfTheIndexHasAPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(cookbook, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, index, found := strings.Cut(string(text), "## Mechanisms")
	index, _, _ = strings.Cut(index, "\n## ")
	rows := indexRow.FindAllStringSubmatch(index, -1)
	if lines := strings.Count(index, "\n| ") - 1; !found || lines < 40 || lines != len(rows) {
		t.Fatalf("the index has %d rows, of which %d are a mechanism with pages", lines, len(rows))
	}
	existing := pages(t)
	link := regexp.MustCompile(`\(([a-z-]+\.md)\)`)
	linked := map[string]bool{}
	for _, row := range rows {
		for _, to := range link.FindAllStringSubmatch(row[2], -1) {
			linked[to[1]] = true
			if _, ok := existing[to[1]]; !ok {
				t.Errorf("%s: there is no page %s", row[1], to[1])
			}
		}
	}
	for name := range existing {
		if !linked[name] {
			t.Errorf("%s shows no mechanism of the index", name)
		}
	}
}
