package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// knownMethods are methods whose meaning their interface states; a comment may say more but need not.
var knownMethods = []string{
	"Error", "Unwrap", "String", "MarshalText", "UnmarshalText", "MarshalJSON", "UnmarshalJSON", "UnmarshalYAML", "MarshalYAML", "Scan",
	"Value", "ServeHTTP", "Len", "Less", "Swap", "Read", "Write", "Close", "Kind", "LogValue", "Timeout", "Work", "Enabled", "Handle",
	"WithAttrs", "WithGroup",
}

// checkDocstrings wants a comment on everything exported: functions, methods of exported types, types, constants and variables.
// A comment on a group will do for its members.
func checkDocstrings(s Source) (complaints []string) {
	if strings.HasSuffix(s.Path, "_test.go") || s.isGenerated() || s.Syntax.Name.Name == "main" {
		return nil
	}
	for _, declaration := range s.Syntax.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Doc.Text() == "" && needsComment(d) {
				complaints = append(complaints, fmt.Sprintf("%s: %s has no comment", s.at(d.Pos()), d.Name.Name))
			}
		case *ast.GenDecl:
			complaints = append(complaints, checkGroup(s, d)...)
		}
	}
	return complaints
}

func needsComment(d *ast.FuncDecl) bool {
	if !d.Name.IsExported() {
		return false
	}
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	return ast.IsExported(receiverName(d.Recv.List[0].Type)) && !slices.Contains(knownMethods, d.Name.Name)
}

// receiverName is the name of the type of a method: T of *T, T[K] and the like.
func receiverName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiverName(e.X)
	case *ast.IndexExpr:
		return receiverName(e.X)
	case *ast.IndexListExpr:
		return receiverName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func checkGroup(s Source, d *ast.GenDecl) (complaints []string) {
	if d.Tok == token.IMPORT || d.Doc.Text() != "" {
		return nil
	}
	for _, spec := range d.Specs {
		var names []string
		var comment string
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			names, comment = []string{spec.Name.Name}, spec.Doc.Text()+spec.Comment.Text()
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				names = append(names, name.Name)
			}
			comment = spec.Doc.Text() + spec.Comment.Text()
		}
		exported := slices.ContainsFunc(names, ast.IsExported)
		if exported && comment == "" {
			complaints = append(complaints, fmt.Sprintf("%s: %s has no comment", s.at(spec.Pos()), strings.Join(names, ", ")))
		}
	}
	return complaints
}
