package main

import (
	"bytes"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// withBoard is a config's text with a board added to sources.<source>.boards; everything
// else stays, comments too. inForce are the boards to begin with where the text names none.
func withBoard(text []byte, source string, inForce []string, token string) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if document.Kind == 0 { // no file yet, or an empty one
		document = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	top, err := mappingIn(document.Content[0], "sources")
	if err != nil {
		return nil, err
	}
	own, err := mappingIn(top, source)
	if err != nil {
		return nil, fmt.Errorf("sources.%w", err)
	}
	boards := valueOf(own, "boards")
	switch {
	case boards == nil:
		boards = &yaml.Node{Kind: yaml.SequenceNode}
		own.Content = append(own.Content, scalar("boards"), boards)
		for _, name := range inForce {
			boards.Content = append(boards.Content, scalar(name))
		}
	case boards.Kind == yaml.ScalarNode: // "a,b" is a list too
		list := &yaml.Node{Kind: yaml.SequenceNode, HeadComment: boards.HeadComment, LineComment: boards.LineComment, FootComment: boards.FootComment}
		for _, name := range inForce {
			list.Content = append(list.Content, scalar(name))
		}
		*boards = *list
	case boards.Kind != yaml.SequenceNode:
		return nil, fmt.Errorf("sources.%s.boards: expected a list", source)
	}
	if !slices.ContainsFunc(boards.Content, func(n *yaml.Node) bool { return n.Value == token }) {
		boards.Content = append(boards.Content, scalar(token))
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

func scalar(value string) *yaml.Node {
	var n yaml.Node
	n.SetString(value)
	return &n
}

// valueOf is a key's value in a mapping; nil for none.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// mappingIn is the mapping below a key, made where there is none.
func mappingIn(parent *yaml.Node, key string) (*yaml.Node, error) {
	if parent.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: expected keys and values around it", key)
	}
	value := valueOf(parent, key)
	switch {
	case value == nil:
		value = &yaml.Node{Kind: yaml.MappingNode}
		parent.Content = append(parent.Content, scalar(key), value)
	case value.Kind == yaml.ScalarNode && value.Value == "": // `sources:` and nothing
		value.Kind, value.Tag, value.Value = yaml.MappingNode, "", ""
	case value.Kind != yaml.MappingNode:
		return nil, fmt.Errorf("%s: expected keys and values", key)
	}
	return value, nil
}
