// Package simtest lets the product itself compute what random companies are paid, on both databases, and holds it to the reference model.
//
// Facts are recorded by the fact writer, plans are kept as versions, a month is calculated as the job does it, and what is compared is what
// was stored, and what a preview says. Companies are those of engine/enginetest, so they are small; what is fast is measured by tools/bench.
package simtest
