package io.zova.samples.notebook;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * Keeps notes in a Zova file.
 */
@SpringBootApplication
public class NotebookApplication {

	public static void main(String[] args) {
		SpringApplication.run(NotebookApplication.class, args);
	}

	@Bean
	CommandLineRunner tour(Notes notes) {
		return (args) -> {
			notes.createTable();
			notes.add("One file holds it all", "One transaction covers it all");
			System.out.println("Written in one transaction. The notebook now holds:");
			notes.all().forEach((note) -> System.out.println("  " + note.id() + "  " + note.text()));
		};
	}

}
