package io.zova.samples.notebook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.zova.object.ObjectResource;

/**
 * The notebook's page, and what it links to.
 */
@Controller
class NotebookController {

	private static final int SHOWN = 20;

	private final Notebook notebook;

	private final LiveEvents events;

	NotebookController(Notebook notebook, LiveEvents events) {
		this.notebook = notebook;
		this.events = events;
	}

	@GetMapping("/")
	String page(@RequestParam(defaultValue = "") String q, Model model) {
		model.addAttribute("question", q);
		model.addAttribute("found", q.isBlank() ? List.of() : this.notebook.search(this.notebook.understand(q), SHOWN));
		model.addAttribute("newest", this.notebook.newest(SHOWN));
		return "notebook";
	}

	@GetMapping("/documents/{id}")
	String document(@PathVariable long id, Model model) {
		Document document = require(id);
		model.addAttribute("document", document);
		model.addAttribute("related", this.notebook.related(document));
		return "document";
	}

	@PostMapping("/documents")
	String add(@RequestParam MultipartFile file) throws IOException {
		byte[] content = file.getBytes();
		String name = StringUtils.getFilename(file.getOriginalFilename());
		String title = StringUtils.hasText(name) ? Objects.requireNonNull(name) : "untitled";
		float[] meaning = this.notebook.understand(title, content);
		long id = this.notebook.add(title, contentType(file.getContentType()), content, meaning);
		return "redirect:/documents/" + id;
	}

	@PostMapping("/documents/{id}/delete")
	String delete(@PathVariable long id) {
		this.notebook.delete(require(id));
		return "redirect:/";
	}

	/**
	 * Spring answers requests for ranges, because the content is a resource. It is always
	 * a download: a document that somebody else wrote must not run in the page.
	 */
	@GetMapping("/documents/{id}/content")
	ResponseEntity<ObjectResource> content(@PathVariable long id) {
		Document document = require(id);
		ObjectResource content = this.notebook.content(document);
		return ResponseEntity.ok()
			.eTag(content.eTag())
			.contentType(MediaType.parseMediaType(document.contentType()))
			.header("X-Content-Type-Options", "nosniff")
			.header("Content-Disposition",
					ContentDisposition.attachment()
						.filename(document.title(), StandardCharsets.UTF_8)
						.build()
						.toString())
			.body(content);
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events() throws IOException {
		return this.events.open();
	}

	private Document require(long id) {
		return this.notebook.find(id)
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "No document has the number " + id));
	}

	private static String contentType(@Nullable String given) {
		try {
			return MediaType.parseMediaType(Objects.requireNonNullElse(given, "")).toString();
		}
		catch (RuntimeException ex) {
			return MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
	}

}
