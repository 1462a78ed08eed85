// Reads the table of places of a board: what each adds to the number with the name, in the smallest units, with the way down, and the sum as its answer says it.
(name) => {
	const clean = s => (s || '').replace(/\s+/g, ' ').trim();
	const minor = s => { const m = clean(s).match(/-?[¥￥]?-?[\d,]+\.\d\d/); return m ? Number(m[0].replace(/[^\d-]/g, '')) : null; };
	for (const table of document.querySelectorAll('main table')) {
		if (!table.querySelector('button[popovertarget^="why-tile-"]')) continue;
		const at = [...table.tHead.rows[0].cells].findIndex(c => clean(c.textContent) === name);
		if (at < 0) continue;
		const out = { Sum: null, Parts: [] };
		for (const row of table.querySelectorAll('tbody tr, tfoot tr')) {
			const cell = row.cells[at], why = cell && cell.querySelector('button[popovertarget]');
			if (why) out.Sum = minor(document.getElementById(why.getAttribute('popovertarget')).textContent);
			else if (cell) out.Parts.push({ Name: clean(row.cells[0].textContent), Link: row.cells[0].querySelector('a')?.getAttribute('href') || '', Minor: minor(cell.getAttribute('title')) || 0 });
		}
		return out;
	}
	return null;
}
