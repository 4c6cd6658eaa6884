package io.zova.boot.cache;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Decides how long an entry lives.
 */
@FunctionalInterface
public interface TimeToLive {

	/**
	 * Decides about one entry.
	 * @param key its key
	 * @param value its value, {@code null} if that is kept
	 * @return how long it lives; {@code null} or zero for ever
	 */
	@Nullable Duration of(Object key, @Nullable Object value);

}
