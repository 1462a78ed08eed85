/* What pages gain from JavaScript. Each of them works without it. No inline styles, no eval: the policy forbids both. */
(() => {
	'use strict';
	const root = document.documentElement;
	root.classList.add('js');
	const inField = e => e.target.closest?.('input,textarea,select,[contenteditable=true]');

	// ---- scrolling tables become named, focusable regions only while they really scroll
	const watchScroll = () => document.querySelectorAll('.xg-tw,.rule,.kan').forEach(e => {
		if (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) {
			e.tabIndex = 0;
			e.setAttribute('role', 'group');
			const name = e.querySelector('caption')?.textContent || e.querySelector('table')?.getAttribute('aria-label') || e.closest('section,details')?.querySelector('h2,summary .nm')?.textContent;
			e.setAttribute('aria-label', (name || document.title).trim());
		} else {
			e.removeAttribute('tabindex');
			e.removeAttribute('role');
			e.removeAttribute('aria-label');
		}
	});

	// ---- money fields: separators when left, plain when entered
	const plain = s => s.replace(/[,\s，]/g, '').replace(/[０-９．－]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
	const grouped = s => {
		const m = /^([-−]?)(\d+)(\.\d*)?$/.exec(plain(s));
		return m ? m[1] + m[2].replace(/\B(?=(\d{3})+$)/g, ',') + (m[3] || '') : s;
	};

	// ---- toasts go after eight seconds unless they are looked at; failures stay
	const fade = () => document.querySelectorAll('[data-fade]:not([data-fading])').forEach(e => {
		e.dataset.fading = '';
		const wait = () => setTimeout(() => e.matches(':hover,:focus-within') ? wait() : e.remove(), 8000);
		wait();
	});

	const prepare = () => {
		watchScroll();
		fade();
		document.querySelectorAll('input[data-money]').forEach(e => { if (e !== document.activeElement) e.value = grouped(e.value); });
		document.querySelector('[data-focus]:not([data-focused])')?.focus();
		document.querySelectorAll('[data-focus]').forEach(e => { e.dataset.focused = ''; });
	};
	addEventListener('DOMContentLoaded', prepare);
	// the counts beside the bell are its own
	const ring = () => {
		const bell = document.getElementById('bell');
		if (bell) document.querySelectorAll('[data-bell]').forEach(e => { e.textContent = bell.dataset.unread; });
	};
	addEventListener('htmx:after:swap', () => { ring(); prepare(); dispatchEvent(new Event('xg:content')); });
	addEventListener('resize', watchScroll);
	addEventListener('toggle', watchScroll, true);
	addEventListener('input', e => { if (e.target.matches?.('input[type=range]')) e.target.nextElementSibling.value = e.target.value + e.target.dataset.unit; });
	addEventListener('focusout', e => { if (e.target.matches?.('input[data-money]')) e.target.value = grouped(e.target.value); });
	addEventListener('submit', e => e.target.querySelectorAll('input[data-money]').forEach(i => { i.value = plain(i.value); }), true);

	// ---- a form is sent once; a slow answer shows on the button
	addEventListener('submit', e => {
		const form = e.target;
		if (form.method === 'get' || e.defaultPrevented) return;
		if (form.dataset.sent !== undefined) { e.preventDefault(); return; }
		form.dataset.sent = '';
		setTimeout(() => form.querySelectorAll('button[type=submit]').forEach(b => b.setAttribute('aria-busy', 'true')), 300);
		setTimeout(() => { delete form.dataset.sent; }, 8000);
		guarded.delete(form);
	});
	addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(f => { delete f.dataset.sent; f.querySelectorAll('[aria-busy]').forEach(b => b.removeAttribute('aria-busy')); }));
	const guarded = new Set();
	addEventListener('input', e => { const form = e.target.form; if (form?.dataset.guard !== undefined) guarded.add(form); });
	addEventListener('beforeunload', e => { if ([...guarded].some(f => f.isConnected)) e.preventDefault(); });

	// ---- what a form offers and says while one types comes from the server: suggestions, and regions that watch fields
	const asking = new WeakMap();
	const ask = (place, url) => {
		const before = asking.get(place) || {};
		clearTimeout(before.timer);
		before.stop?.abort();
		const stop = new AbortController();
		const timer = setTimeout(async () => {
			try {
				const answer = await fetch(url, { signal: stop.signal });
				if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
			} catch { /* what stands there stays */ }
		}, 180);
		asking.set(place, { timer, stop });
	};
	addEventListener('input', e => {
		const field = e.target, list = field.list;
		if (list?.dataset.from && field.value && ![...list.options].some(o => o.value === field.value)) ask(list, list.dataset.from + '?' + new URLSearchParams({ q: field.value }));
		field.form?.querySelectorAll('[data-ask]').forEach(region => {
			const watched = region.dataset.watch.split(' ');
			if (!watched.includes(field.name)) return;
			const query = new URLSearchParams();
			watched.forEach(name => query.set(name, field.form.elements[name]?.value || ''));
			ask(region, region.dataset.ask + '?' + query);
		});
	});

	// ---- the plan editor: what a finding says stands at its field; what changes the form's shape sends it
	const place = () => {
		document.querySelectorAll('.xg-at,#draft .invalid-feedback').forEach(e => e.remove());
		document.querySelectorAll('#draft .is-invalid').forEach(e => e.classList.remove('is-invalid'));
		document.querySelectorAll('[data-at]').forEach(e => {
			const field = document.getElementById(e.dataset.at), said = document.getElementById(e.dataset.at + '-hint');
			if (!field || said?.textContent.includes(e.textContent)) return;
			const note = document.createElement('div');
			note.className = 'xg-at ' + (e.dataset.tone === 'error' ? 'invalid-feedback d-block' : 'form-hint');
			note.textContent = e.textContent;
			(field.closest('.xg-unit') || field).after(note);
		});
	};
	addEventListener('htmx:after:swap', place);
	addEventListener('change', e => { if (e.target.closest?.('.xg-reload')) e.target.form.requestSubmit(); });
	addEventListener('DOMContentLoaded', () => document.querySelectorAll('form[data-dirty]').forEach(f => guarded.add(f)));

	// ---- clicks: close, print, expand a tree, filter menus without native popover
	addEventListener('click', e => {
		const close = e.target.closest?.('[data-close]');
		if (close) close.closest('.xg-toast,.note')?.remove();
		if (e.target.closest?.('[data-print]')) { e.preventDefault(); print(); }
		const expand = e.target.closest?.('[data-expand]');
		if (expand) {
			e.preventDefault();
			const all = [...document.querySelectorAll('details.xg-trace')];
			const open = all.some(d => !d.open);
			all.forEach(d => { d.open = open; });
		}
		if (!HTMLElement.prototype.showPopover) {
			const button = e.target.closest?.('[popovertarget]');
			const target = button && document.getElementById(button.getAttribute('popovertarget'));
			document.querySelectorAll('[popover].xg-open').forEach(p => { if (p !== target && !p.contains(e.target)) p.classList.remove('xg-open'); });
			if (target) {
				target.classList.toggle('xg-open');
				target.dispatchEvent(new Event('toggle'));
			}
		}
	});

	// ---- the rail remembers which groups the reader closed; the server draws it so
	addEventListener('click', e => {
		if (!e.target.closest?.('.xg-rail .grp>summary')) return;
		setTimeout(() => {
			const closed = [...document.querySelectorAll('.xg-rail .grp:not([open])')].map(g => g.dataset.group);
			document.cookie = 'xg_rail=' + closed.join('.') + ';path=/;max-age=31536000;samesite=lax';
		});
	});

	// ---- sections are folded on a phone, but not where a form was refused or where an address leads to
	const phone = matchMedia('(max-width:767px)');
	const around = e => { for (let d = e?.closest('details'); d; d = d.parentElement.closest('details')) d.open = true; };
	const reveal = () => {
		const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (!target || !target.closest('details')) return;
		around(target);
		target.scrollIntoView();
	};
	const folds = () => document.querySelectorAll('[data-fold]');
	if (phone.matches) folds().forEach(d => { d.open = !!d.querySelector('[data-focus]'); });
	phone.addEventListener('change', () => { if (!phone.matches) folds().forEach(d => { d.open = true; }); });
	addEventListener('DOMContentLoaded', reveal);
	addEventListener('hashchange', reveal);
	addEventListener('click', e => { if (e.target.closest?.('a[href^="#"]')) setTimeout(reveal); });
	addEventListener('invalid', e => around(e.target), true);

	// ---- paper shows everything
	const opened = [];
	addEventListener('beforeprint', () => document.querySelectorAll('details:not([open])').forEach(d => { if (!d.closest('.xg-chart')) { opened.push(d); d.open = true; } }));
	addEventListener('afterprint', () => { opened.splice(0).forEach(d => { d.open = false; }); });

	// ---- copy a text: selected first, so that where the browser refuses one touch more does it
	addEventListener('click', e => {
		const button = e.target.closest('[data-copy]');
		const text = button && document.getElementById(button.dataset.copy);
		if (!text) return;
		text.focus();
		text.select();
		navigator.clipboard?.writeText(text.value).catch(() => {});
	});

	// ---- points of a chart that can be pressed: the arrows go from one to the next
	addEventListener('keydown', e => {
		const point = e.target.closest?.('.xg-trend .press');
		const all = point && [...point.parentElement.querySelectorAll('.press')], at = all?.indexOf(point);
		const to = point && { ArrowLeft: all[at - 1], ArrowRight: all[at + 1], Home: all[0], End: all.at(-1) }[e.key];
		if (!to) return;
		e.preventDefault();
		all.forEach(a => a.setAttribute('tabindex', a === to ? '0' : '-1'));
		to.focus();
	});

	// ---- keys: never the only way, off inside fields, can be switched off
	let prefix = 0;
	const rows = () => [...document.querySelectorAll('main .xg-table tbody tr')].filter(r => r.querySelector('a[href]'));
	const step = by => {
		const all = rows();
		if (!all.length) return;
		const at = all.findIndex(r => r.contains(document.activeElement));
		all[Math.min(Math.max(at + by, 0), all.length - 1)].querySelector('a[href]').focus();
	};
	const follow = selector => { const a = document.querySelector(selector); if (a) a.click(); return !!a; };
	addEventListener('keydown', e => {
		if (root.dataset.noShortcuts !== undefined || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
		if (inField(e)) { if (e.key === 'Escape') e.target.blur(); return; }
		const now = e.timeStamp;
		if (now - prefix < 1200 && follow(`a[data-go="${CSS.escape(e.key)}"]`)) { prefix = 0; e.preventDefault(); return; }
		prefix = 0;
		let done = true;
		switch (e.key) {
			case '/': { const s = document.querySelector('[data-search]'); if (s) s.focus(); else done = false; break; }
			case 'g': prefix = now; done = false; break;
			case 'j': step(1); break;
			case 'k': step(-1); break;
			case 'x': { const box = document.activeElement?.closest('tr')?.querySelector('input[type=checkbox]'); if (box) box.click(); else done = false; break; }
			case '[': done = follow('a[rel=prev]'); break;
			case ']': done = follow('a[rel=next]'); break;
			default: done = follow(`[aria-keyshortcuts="${CSS.escape(e.key)}"]`) || follow(`[aria-keyshortcuts="${CSS.escape(e.key.toUpperCase())}"]`);
		}
		if (done) e.preventDefault();
	});
})();
