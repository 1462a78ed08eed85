package ui_test

import (
	"testing"

	"xiaoguan/internal/web/ui"
)

func TestDevicesAreNamedAsTheirOwnersWould(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0": "Edge · Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Mobile/15E148 MicroMessenger/8.0":             "WeChat · iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.0 Safari/605.1":       "Safari · macOS",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36":              "Chrome · Android",
		"curl/8.5.0": "curl/8.5.0",
		"一个名字很长的内部脚本，一个名字很长的内部脚本，一个名字很长的内部脚本，一个名字很长的内部脚本，一个名字很长的内部脚本": "一个名字很长的内部脚本，一个名字很长的内部脚本，一个名字很长的内部脚本，一个名字很长的内部脚本，",
		"": "",
	} {
		if got := ui.Device(agent); got != want {
			t.Errorf("Device(%q) = %q, want %q", agent, got, want)
		}
	}
}
