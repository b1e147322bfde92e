package api

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
)

// What pages of other sites may send, and may read of an answer.
const (
	corsMethods = "GET, HEAD, POST"
	corsHeaders = "Authorization, Content-Type, If-None-Match, X-Request-Id"
	corsExposed = "ETag, Retry-After, X-Request-Id, Content-Disposition, TMI-Demo, TMI-Published, TMI-Row-Count, TMI-Truncated, " +
		"TMI-Limit-Rows, TMI-Limit-Bytes, TMI-Limit-Seconds, TMI-Limit-Memory-Bytes"
	corsMaxAge = "600" // seconds for which a browser need not ask again
)

// shareAcrossOrigins lets pages of the sites named in [Options] ask the API and answers their
// browsers' questions about it. Cookies are never shared: the API has none.
func (s *server) shareAcrossOrigins() gin.HandlerFunc {
	if len(s.Origins) == 0 {
		return func(*gin.Context) {}
	}
	isForAll := slices.Contains(s.Origins, "*")
	return func(c *gin.Context) {
		if !isAPI(c.Request) {
			return
		}
		origin, h := c.GetHeader("Origin"), c.Writer.Header()
		if !isForAll {
			h.Add("Vary", "Origin")
		}
		switch {
		case isForAll:
			h.Set("Access-Control-Allow-Origin", "*")
		case slices.Contains(s.Origins, origin):
			h.Set("Access-Control-Allow-Origin", origin)
		default:
			return
		}
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if c.Request.Method != http.MethodOptions || c.GetHeader("Access-Control-Request-Method") == "" {
			h.Set("Access-Control-Expose-Headers", corsExposed)
			return
		}
		h.Set("Access-Control-Allow-Methods", corsMethods)
		h.Set("Access-Control-Allow-Headers", corsHeaders)
		h.Set("Access-Control-Max-Age", corsMaxAge)
		c.AbortWithStatus(http.StatusNoContent)
	}
}
