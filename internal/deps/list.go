package deps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// Package is what one package imports.
type Package struct {
	ImportPath  string
	Imports     []string
	TestImports []string // of the tests, inside the package and beside it
}

// List returns every package below dir, the root of a module. Files behind the
// repository's own build tags (integration, e2e) are counted in.
func List(ctx context.Context, dir string) ([]Package, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-tags", "integration,e2e",
		"-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list packages of %s: %w: %s", dir, err, stderr.String())
	}
	var packages []Package
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Package
			XTestImports []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the package list of %s: %w", dir, err)
		}
		p.TestImports = append(p.TestImports, p.XTestImports...)
		packages = append(packages, p.Package)
	}
}
