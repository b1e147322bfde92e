package sources

import _ "embed"

//go:embed companies.yaml
var companiesYAML []byte

// CompaniesYAML is the shipped list of employers, companies.yaml as it stands; package
// companies reads it. The caller must not change it.
func CompaniesYAML() []byte { return companiesYAML }
