// Package web holds the website's templates, static files and words in two languages, and
// renders pages. It asks nobody anything: a page's data are handed in, the same answers that
// the JSON routes give.
//
// Pages work without JavaScript and load nothing from elsewhere. Korean is the first
// language, English the second; every word on a page comes from words.go, and a test finds
// words that lack one of the two.
package web
