/* Cells of lists are changed in place: double click, Enter, or a tap where there is no mouse opens the field; Esc leaves; saving answers with the cell,
   or with the field, what is wrong, and what there is now when somebody was faster. Without it, rows lead to their pages, which do the same. */
(() => {
	'use strict';
	const fragment = { 'HX-Request': 'true' };
	const shown = new WeakMap();
	const put = (cell, html) => {
		const t = document.createElement('template');
		t.innerHTML = html;
		cell.replaceChildren(t.content);
	};
	const focusIn = cell => {
		const field = cell.querySelector('select, input:not([type=hidden]), textarea');
		field?.focus();
		field?.select?.();
	};
	const close = cell => {
		if (!shown.has(cell)) return;
		cell.replaceChildren(...shown.get(cell));
		shown.delete(cell);
		cell.focus();
	};
	const failed = cell => {
		cell.removeAttribute('aria-busy');
		location.assign(cell.dataset.page || location.href);
	};
	const open = async cell => {
		if (cell.getAttribute('aria-busy') || shown.has(cell)) return;
		cell.setAttribute('aria-busy', 'true');
		try {
			const answer = await fetch(cell.dataset.edit, { headers: fragment });
			if (!answer.ok) return failed(cell);
			const html = await answer.text();
			shown.set(cell, [...cell.childNodes]);
			put(cell, html);
			cell.removeAttribute('aria-busy');
			focusIn(cell);
		} catch { failed(cell); }
	};
	const send = async (cell, form) => {
		cell.setAttribute('aria-busy', 'true');
		try {
			const answer = await fetch(form.action, { method: 'POST', headers: fragment, body: new URLSearchParams(new FormData(form)) });
			if (!answer.ok && answer.status !== 409 && answer.status !== 422) return failed(cell);
			put(cell, await answer.text());
			cell.removeAttribute('aria-busy');
			if (!answer.ok) return focusIn(cell);
			shown.delete(cell);
			cell.focus();
			const tick = cell.parentNode.querySelector('input[type=checkbox]');
			if (tick) tick.value = tick.value.replace(/\.\d+$/, '.' + answer.headers.get('Xg-Revision'));
		} catch { failed(cell); }
	};
	const cellOf = e => e.target.closest?.('td[data-edit]');
	const inForm = e => e.target.closest?.('[data-cell-form], a, button, input');
	addEventListener('dblclick', e => { const cell = cellOf(e); if (cell && !inForm(e)) { e.preventDefault(); open(cell); } });
	addEventListener('click', e => {
		const cell = cellOf(e);
		if (!cell) return;
		if (e.target.closest('[data-cell-close]')) close(cell);
		else if (!inForm(e) && matchMedia('(pointer: coarse)').matches) open(cell);
	});
	addEventListener('keydown', e => {
		const cell = cellOf(e);
		if (!cell) return;
		if (e.key === 'Escape' && shown.has(cell)) { e.preventDefault(); close(cell); }
		else if (e.key === 'Enter' && e.target === cell) { e.preventDefault(); open(cell); }
	});
	addEventListener('submit', e => {
		const cell = cellOf(e);
		if (!cell || !e.target.matches('[data-cell-form]')) return;
		e.preventDefault();
		send(cell, e.target);
	}, true);
})();
