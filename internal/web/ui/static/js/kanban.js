/* Cards move between lanes by dragging, or by the left and right keys on a card in focus. What may move the server decides: a refused move
   comes back with its reason, and the card where it was. */
(() => {
	'use strict';
	let dragged = null, focus = '';
	const boardOf = e => e.closest('[data-kanban]');
	const send = (card, lane) => {
		const form = boardOf(card)?.querySelector('[data-kanban-form]');
		if (!form || !lane || lane === card.closest('[data-lane]')) return;
		form.elements.card.value = card.dataset.card;
		form.elements.seen.value = card.dataset.seen;
		form.elements.lane.value = lane.dataset.lane;
		focus = card.dataset.card;
		lane.querySelector('.colh').after(card);
		card.setAttribute('aria-busy', 'true');
		window.htmx?.process(form); // a form that has just come waits for it: keys that are held move a card again at once
		form.requestSubmit();
	};
	addEventListener('dragstart', e => {
		dragged = e.target.closest?.('.kcard[draggable=true]') || null;
		if (!dragged) return;
		e.dataTransfer.effectAllowed = 'move';
		e.dataTransfer.setData('text/plain', dragged.dataset.card);
		dragged.classList.add('sel');
	});
	const leave = () => document.querySelectorAll('.kcol.over').forEach(l => l.classList.remove('over'));
	addEventListener('dragover', e => {
		const lane = dragged && e.target.closest?.('[data-lane]');
		if (!lane || boardOf(lane) !== boardOf(dragged)) return;
		e.preventDefault();
		if (!lane.classList.contains('over')) { leave(); lane.classList.add('over'); }
	});
	addEventListener('drop', e => {
		const lane = dragged && e.target.closest?.('[data-lane]');
		if (!lane || boardOf(lane) !== boardOf(dragged)) return;
		e.preventDefault();
		send(dragged, lane);
	});
	addEventListener('dragend', () => { leave(); dragged?.classList.remove('sel'); dragged = null; });
	addEventListener('keydown', e => {
		if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight')) return;
		const card = e.target;
		if (!card.matches?.('.kcard[draggable=true]') || card.getAttribute('aria-busy')) return;
		e.preventDefault();
		const lane = card.closest('[data-lane]');
		send(card, e.key === 'ArrowLeft' ? lane.previousElementSibling : lane.nextElementSibling);
	});
	addEventListener('htmx:after:swap', () => {
		if (!focus) return;
		document.querySelector(`.kcard[data-card="${CSS.escape(focus)}"]`)?.focus();
		focus = '';
	});
})();
