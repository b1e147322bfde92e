// Package assistant asks a language model (Gemini) about the places of a posting that the
// dictionary leaves open, and takes its answer for a list of pointers into the text.
//
// A posting comes in, proposals that stand in it go out. The model is believed nothing: the
// words that it points at must stand in the text where it says, or at one place alone, and
// the dictionary, not the model, says which technology they are (see
// [extract.Extractor.Pointed]). What stands nowhere is dropped and counted. The text of a
// posting is data for it; what a posting says to the model can make it point at other words
// of that posting and at nothing else.
//
// E-mail addresses and telephone numbers are masked before a text is sent. Benefits, the
// hiring process and what a company says of itself are not sent at all.
//
// Words a reader needs:
//
//   - doubt: a place that the dictionary leaves open; a posting without one is not asked about;
//   - proposal: words of the text that the model takes for a technology;
//   - budget: what a run may spend, in tokens and dollars. It is looked at before every
//     call, so that it is exceeded by one call at most.
package assistant
