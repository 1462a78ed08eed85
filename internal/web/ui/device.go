package ui

import "strings"

// The marks by which browsers and systems are known, the more particular first: most browsers also claim to be the others.
var (
	browserMarks = [][2]string{{"MicroMessenger/", "WeChat"}, {"wxwork/", "WeCom"}, {"DingTalk/", "DingTalk"}, {"Lark/", "Feishu"}, {"Edg", "Edge"}, {"OPR/", "Opera"},
		{"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systemMarks = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"OpenHarmony", "HarmonyOS"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"},
		{"Linux", "Linux"}}
)

// Device shortens what a browser calls itself to what its owner would: "Chrome · Windows". What it doesn't know it cuts off.
func Device(agent string) string {
	var parts []string
	for _, marks := range [][][2]string{browserMarks, systemMarks} {
		for _, mark := range marks {
			if strings.Contains(agent, mark[0]) {
				parts = append(parts, mark[1])
				break
			}
		}
	}
	if len(parts) == 0 {
		return string([]rune(agent)[:min(48, len([]rune(agent)))])
	}
	return strings.Join(parts, " · ")
}
