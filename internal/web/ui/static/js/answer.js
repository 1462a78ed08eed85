/* Answers that are fetched: a[data-why] is a link to a page of its own, whose content opens here in the popover that all such links of a page share. What
   was fetched is kept while the page is. Where it cannot be fetched, or there is no popover, the link leads to its page. */
(() => {
	'use strict';
	const known = new Map();
	let empty = '', from = null, shut = null;
	const box = () => document.getElementById('xg-answer');
	const opens = link => link && box() && HTMLElement.prototype.showPopover;
	const name = () => document.querySelectorAll('a[data-why]:not([role])').forEach(a => {
		if (!opens(a)) return;
		a.setAttribute('role', 'button');
		a.setAttribute('aria-haspopup', 'dialog');
		a.setAttribute('aria-expanded', 'false');
	});
	addEventListener('DOMContentLoaded', name);
	addEventListener('xg:content', name);

	const show = (pop, link, text) => {
		if (from !== link || !pop.matches(':popover-open')) return;
		pop.firstElementChild.innerHTML = text;
		pop.setAttribute('aria-label', pop.querySelector('.h b')?.textContent || link.textContent);
	};
	const open = async link => {
		const pop = box(), url = link.href;
		empty ||= pop.firstElementChild.innerHTML;
		if (pop.matches(':popover-open')) pop.hidePopover();
		from = link;
		let placed = false; // whether the browser knows how to stand a popover beside what opened it
		pop.showPopover({ get source() { placed = true; return link; } });
		pop.classList.toggle('xg-mid', !placed);
		link.setAttribute('aria-expanded', 'true');
		if (known.has(url)) { show(pop, link, known.get(url)); return; }
		show(pop, link, empty);
		try {
			const answer = await fetch(url, { headers: { 'HX-Request': 'true' } });
			if (!answer.ok || answer.redirected) throw new Error(answer.status);
			known.set(url, await answer.text());
			show(pop, link, known.get(url));
		} catch { if (from === link) location.assign(url); }
	};

	// a press on the number whose answer is open shuts it: the browser has shut it already when the click comes
	addEventListener('pointerdown', e => { shut = box()?.matches(':popover-open') && from?.contains(e.target) ? from : null; }, true);
	addEventListener('toggle', e => { if (e.target.id === 'xg-answer' && e.newState === 'closed') from?.setAttribute('aria-expanded', 'false'); }, true);
	addEventListener('click', e => {
		const link = e.target.closest?.('a[data-why]');
		if (!opens(link) || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
		e.preventDefault();
		const again = e.detail ? shut === link : from === link && box().matches(':popover-open');
		shut = null;
		if (!again) { open(link); return; }
		if (box().matches(':popover-open')) box().hidePopover();
	});
	addEventListener('keydown', e => {
		const link = e.key === ' ' && e.target.closest?.('a[data-why]');
		if (!opens(link)) return;
		e.preventDefault();
		link.click();
	});
})();
