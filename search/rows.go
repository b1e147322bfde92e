package search

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// techRow and eventRow are rows of lists in JSON, as queries/search/documents.sql makes them.
type techRow struct {
	TechID    string `json:"tech_id"`
	Tech      string `json:"tech"`
	Category  string `json:"category"`
	Need      string `json:"need"`
	Method    string `json:"method"`
	Section   string `json:"section"`
	StartByte *int32 `json:"start_byte"`
	EndByte   *int32 `json:"end_byte"`
	Surface   string `json:"surface"`
}

type eventRow struct {
	Event   string `json:"event"`
	EventUS int64  `json:"event_us"`
	Reason  string `json:"reason"`
}

// AddRows reads a document's technologies and events from lists in JSON; "" is none.
func (d *Document) AddRows(techs, events string) error {
	var techRows []techRow
	if techs != "" {
		if err := json.Unmarshal([]byte(techs), &techRows); err != nil {
			return fmt.Errorf("read technologies: %w", err)
		}
	}
	for _, t := range techRows {
		d.Techs = append(d.Techs, schemas.GoldPostingTech{PostingID: d.Posting.PostingID, TechID: t.TechID, Tech: t.Tech, Category: t.Category, Need: t.Need, Method: t.Method,
			Section: t.Section, StartByte: t.StartByte, EndByte: t.EndByte, Surface: t.Surface})
	}
	var eventRows []eventRow
	if events != "" {
		if err := json.Unmarshal([]byte(events), &eventRows); err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
	for _, e := range eventRows {
		d.Events = append(d.Events, Event{Event: e.Event, EventAt: time.UnixMicro(e.EventUS).UTC(), Reason: e.Reason})
	}
	return nil
}
