// Package ui is the kit that every page is built from: the frame around a page, and the components inside it, as templ components
// over plain documented structs.
//
// A handler decides and formats; a component only draws. So texts in the structs are already in the reader's language (take the
// printer with httpx.PrinterFrom and write p.T("…")), while words that belong to a component itself ("next page", "columns") it
// takes from the context. Nothing here reads a store or knows the domain.
//
// A page is
//
//	@ui.Page(ui.PageView{Title: "…", Current: "payout"}) {
//		<div class="xg-grid">
//			@ui.Card(ui.CardView{Title: "…", Span: 8, Flush: true}) {
//				@ui.Table(table)
//			}
//		</div>
//	}
//
// and gets rail, top bar, person and messages from the Frame that middleware put into the context with WithFrame.
//
// Rules that hold for all of it and that tests enforce: no inline script or style (the policy is script-src 'self'; style-src
// 'self'), everything readable and every form usable without JavaScript, state as shape and word besides colour, both languages.
//
// Gallery shows every component in every state.
package ui
