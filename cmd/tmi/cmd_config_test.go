package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

func TestConfigPrintLeavesNoSettingOut(t *testing.T) {
	answer := tmi(t, nil, "", "config", "print", "--output", "json")
	answer.wants(t, 0)
	var printed map[string]any
	if err := json.Unmarshal([]byte(answer.stdout), &printed); err != nil {
		t.Fatal(err)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		key := field.Tag.Get("koanf")
		if _, there := printed[key]; key != "" && !there && !slices.Contains(secretKeys, key) {
			t.Errorf("config print leaves %s out", key)
		}
	}
}
