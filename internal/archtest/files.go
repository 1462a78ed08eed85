package archtest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// listFiles names the files of the project, with slashes, relative to root: those that git tracks or would track, or, without
// git, all of them.
func listFiles(root string) ([]string, error) {
	command := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	command.Dir = root
	if output, err := command.Output(); err == nil {
		names := strings.Split(strings.Trim(string(output), "\x00"), "\x00")
		return slices.DeleteFunc(names, func(name string) bool {
			info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
			return err != nil || info.IsDir()
		}), nil
	}
	var names []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "node_modules", "bin", "dist", "tmp"}, entry.Name()) {
			return filepath.SkipDir
		}
		if relative, err := filepath.Rel(root, name); err == nil && !entry.IsDir() {
			names = append(names, filepath.ToSlash(relative))
		}
		return nil
	})
	return names, err
}

// isForeign reports whether a file is somebody else's text that we only carry along.
func isForeign(name string) bool {
	return strings.Contains("/"+name, "/vendor/") || strings.Contains(name, ".min.") || path.Base(name) == "go.sum" || path.Base(name) == "LICENSE"
}

// isText guesses from the content, as grep does.
func isText(content []byte) bool {
	return bytes.IndexByte(content[:min(len(content), 8000)], 0) < 0
}

// The words are put together here so that this file does not contain them.
var (
	bannedMarks  = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	machinePaths = regexp.MustCompile(`/wor` + `k/(main|trees|shared|\.)|/tmp/be` + `nch|/roo` + `t/|/hom` + `e/[a-z]+/go\b`)
)

// checkMarks forbids marks of unfinished work and the paths of somebody's machine. Lines of code that must name a standard
// function of that name write it in two pieces.
func checkMarks(name string, content []byte) (complaints []string) {
	if isForeign(name) || !isText(content) {
		return nil
	}
	for i, line := range bytes.Split(content, []byte("\n")) {
		if found := bannedMarks.Find(line); found != nil {
			complaints = append(complaints, fmt.Sprintf("%s:%d: %s: finish it or write an issue", name, i+1, found))
		}
		if found := machinePaths.Find(line); found != nil {
			complaints = append(complaints, fmt.Sprintf("%s:%d: %s: a path of one machine", name, i+1, found))
		}
	}
	return complaints
}

// checkTextFile holds templates, styles, scripts and SQL of our own to the greatest length of a file, and SQL files to store.
func checkTextFile(name string, content []byte) (complaints []string) {
	extension := path.Ext(name)
	if isForeign(name) || isGenerated(name) {
		return nil
	}
	if extension == ".sql" && !within(name, "internal/store") && !strings.Contains(name, "/testdata/") {
		complaints = append(complaints, name+": SQL outside store")
	}
	if slices.Contains([]string{".templ", ".js", ".css", ".sh"}, extension) {
		if lines := bytes.Count(content, []byte("\n")); lines > fileLinesMax {
			complaints = append(complaints, fmt.Sprintf("%s: %d lines, at most %d", name, lines, fileLinesMax))
		}
	}
	return complaints
}
