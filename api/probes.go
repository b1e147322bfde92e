package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
)

// probes are for machines: is the process alive, can it answer, how is it doing.
func (s *server) probes(engine *gin.Engine) {
	engine.GET("/healthz", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"status": "ok", "version": s.Version})
	})
	engine.GET("/readyz", s.readyz)
	engine.GET("/metrics", s.scrape)
}

// readyz is 200 only when a published set can be read.
func (s *server) readyz(c *gin.Context) {
	err := s.read(c.Request.Context(), func(ctx context.Context, set Pinned) error {
		if _, err := queries.CountPostings(ctx, set, queries.PostingFilter{IDs: []string{}}); err != nil {
			return err
		}
		c.Header("Cache-Control", "no-store")
		c.JSON(http.StatusOK, gin.H{"status": "ready", "published": publishedOf(set)})
		return nil
	})
	if err != nil {
		s.fail(c, err)
	}
}

// scrape tells the figures. It asks for the set itself: a site without a visitor shows the
// newest one too.
func (s *server) scrape(c *gin.Context) {
	_ = s.read(c.Request.Context(), func(_ context.Context, set Pinned) error { // without a set the other figures are told
		s.metrics.published(set.Published())
		return nil
	})
	s.metrics.handler().ServeHTTP(c.Writer, c.Request)
}

// read runs a question over the newest published set and gives the set back.
func (s *server) read(ctx context.Context, ask func(context.Context, Pinned) error) error {
	set, err := s.Reader.Acquire(ctx)
	if errs.Is(err, errs.NotFound) {
		return errNothingPublished
	}
	if err != nil {
		return errs.Wrap(errs.Unavailable, err)
	}
	defer set.Release()
	return ask(ctx, set)
}
