package io.zova.samples.notebook;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.zova.boot.event.ZovaNotification;

/**
 * Tells every open page of documents that have been added. It hears of a document only
 * when its transaction has committed.
 */
@Component
class LiveEvents {

	private static final long FOREVER = 0;

	private final List<SseEmitter> pages = new CopyOnWriteArrayList<>();

	SseEmitter open() throws IOException {
		SseEmitter page = new SseEmitter(FOREVER);
		page.onCompletion(() -> this.pages.remove(page));
		page.onError((ex) -> this.pages.remove(page));
		this.pages.add(page);
		page.send(SseEmitter.event().comment("connected"));
		return page;
	}

	/**
	 * All events come one after the other. What a page needs is in the payload, so that
	 * this never waits for a connection that busy requests hold.
	 */
	@EventListener(condition = "#notification.channel == 'documents'")
	void added(ZovaNotification notification) {
		String[] idAndTitle = notification.payload().split(" ", 2);
		for (SseEmitter page : this.pages) {
			try {
				page.send(SseEmitter.event().id(idAndTitle[0]).name("document").data(idAndTitle[1]));
			}
			catch (IOException | IllegalStateException ex) {
				// The page was closed; it is of no interest how.
				this.pages.remove(page);
			}
		}
	}

	/**
	 * Open pages would keep a stopping application waiting.
	 */
	@EventListener(ContextClosedEvent.class)
	void close() {
		this.pages.forEach(SseEmitter::complete);
	}

}
