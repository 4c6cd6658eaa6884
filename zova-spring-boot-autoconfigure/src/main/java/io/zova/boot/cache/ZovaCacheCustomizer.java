package io.zova.boot.cache;

/**
 * A bean that changes the settings of the cache manager before it is made.
 */
@FunctionalInterface
public interface ZovaCacheCustomizer {

	/**
	 * Changes settings.
	 * @param builder what the properties have set
	 */
	void customize(ZovaCacheManager.Builder builder);

}
