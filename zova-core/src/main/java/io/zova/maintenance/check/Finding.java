package io.zova.maintenance.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Something that is not as it should be. It says where, and never quotes what is stored
 * there.
 *
 * @param kind what is wrong
 * @param detail the name of an error such as {@code ObjectCorrupt}, or what the kind says
 * @param locators where it is, in the order of reports
 */
public record Finding(FindingKind kind, String detail, Map<Locator, String> locators) {

	public Finding {
		locators = Collections.unmodifiableMap(new LinkedHashMap<>(locators));
	}

	/**
	 * Where it belongs.
	 * @return the area of its kind
	 */
	public Area area() {
		return this.kind.area();
	}

	/**
	 * How bad it is.
	 * @return the severity of its kind
	 */
	public Severity severity() {
		return this.kind.severity();
	}

	/**
	 * The same with one more locator.
	 * @param locator what it says
	 * @param value its value
	 * @return the new finding
	 */
	Finding at(Locator locator, String value) {
		Map<Locator, String> more = new LinkedHashMap<>(this.locators);
		more.put(locator, value);
		return new Finding(this.kind, this.detail, more);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(area().text()).append('/').append(this.kind.text());
		text.append(' ').append(severity().text()).append(' ').append(this.detail);
		this.locators
			.forEach((locator, value) -> text.append(' ').append(locator.text()).append('=').append(oneLine(value)));
		return text.toString();
	}

	/** Who names things in a file must not write lines of their own into a log. */
	private static String oneLine(String value) {
		StringBuilder line = new StringBuilder();
		value.codePoints().forEach((c) -> {
			int type = Character.getType(c);
			if (Character.isISOControl(c) || type == Character.FORMAT || type == Character.LINE_SEPARATOR
					|| type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE) {
				line.append(String.format(Locale.ROOT, (c < 0x100) ? "\\x%02x" : "\\u%04x", c));
			}
			else {
				line.appendCodePoint(c);
			}
		});
		return line.toString();
	}

}
