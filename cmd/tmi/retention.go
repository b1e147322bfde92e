package main

import "github.com/techmapit/tmi/jobs"

// RetentionConfig is for how many days things are kept; 0 is for ever.
type RetentionConfig struct {
	RawDays          int `koanf:"raw_days"`           // raw, whole
	PersonalDataDays int `koanf:"personal_data_days"` // of recruiters, in raw and bronze
	ClosedTextDays   int `koanf:"closed_text_days"`   // texts of postings, after they closed
	SightingDays     int `koanf:"sighting_days"`      // who was met in which list
}

// retention is the policy: the lake's, and each board's where it has its own.
func (c *Config) retention() jobs.RetentionPolicy {
	p := jobs.RetentionPolicy{Retention: jobs.Retention(c.Retention), Sources: map[string]jobs.Retention{}}
	for name, s := range c.Sources {
		own := p.Retention
		for _, set := range []struct{ days, by *int }{{&own.RawDays, s.Retention.RawDays}, {&own.PersonalDataDays, s.Retention.PersonalDataDays},
			{&own.ClosedTextDays, s.Retention.ClosedTextDays}, {&own.SightingDays, s.Retention.SightingDays}} {
			if set.by != nil {
				*set.days = *set.by
			}
		}
		p.Sources[name] = own
	}
	return p
}
