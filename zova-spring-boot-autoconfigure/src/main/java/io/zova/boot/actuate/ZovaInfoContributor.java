package io.zova.boot.actuate;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Adds {@code zova} with the file's format and size to the info endpoint.
 */
public class ZovaInfoContributor implements InfoContributor {

	private final FileFacts facts;

	/**
	 * A contributor for a database.
	 * @param facts reads what the file is
	 */
	public ZovaInfoContributor(FileFacts facts) {
		this.facts = facts;
	}

	@Override
	public void contribute(Info.Builder builder) {
		builder.withDetail("zova", this.facts.read());
	}

}
