package objects_test

import (
	"fmt"
	"testing"

	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/lake/objects"
)

func TestFileStore(t *testing.T) {
	laketest.RunObjects(t, func(t *testing.T) objects.Store { return openTemp(t) })
}

func TestS3Store(t *testing.T) {
	server := laketest.StartS3(t)
	count := 0
	laketest.RunObjects(t, func(t *testing.T) objects.Store {
		count++
		s, err := objects.Open(t.Context(), fmt.Sprintf("%s/some/prefix-%d", server.URI(), count))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func openTemp(t *testing.T) objects.Store {
	t.Helper()
	s, err := objects.Open(t.Context(), "file://"+t.TempDir()+"/lake")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
