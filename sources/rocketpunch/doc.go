// Package rocketpunch reads recorded pages of RocketPunch, as they were in 2024: lists as
// HTML inside JSON, and a page per posting. docs/sources/rocketpunch.md describes the
// shapes.
//
// Nothing is fetched: the site's robots.txt forbids the lists, a guard stands before the
// pages, and since 2026 they hold no posting without running their scripts. Such a page is
// a broken document, never "no postings".
package rocketpunch
