// Package hn reads Hacker News' monthly thread "Ask HN: Who is hiring?" through its public
// API: the story is the list, its direct children are the postings, each one free text.
// docs/sources/hn.md describes the shapes.
//
// By the thread's custom the first line names company, role, place and the rest between
// bars; [headline] reads it as far as it keeps to the custom. The text is kept whole.
// Comments that are plainly no posting are passed over with the reason; when in doubt a
// comment is a posting. A comment has no end date: that postings end 30 days after the
// thread is the life cycle's business.
package hn
