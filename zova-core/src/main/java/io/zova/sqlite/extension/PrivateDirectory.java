package io.zova.sqlite.extension;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A directory that only its owner can look into or change, for code that is going to be
 * loaded. What cannot be shown to be so is refused.
 */
final class PrivateDirectory {

	private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
			PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

	private static final int STICKY = 01000;

	private final Path path;

	private PrivateDirectory(Path path) {
		this.path = path;
	}

	/**
	 * Creates the directory, or uses it as it is if it is ours alone.
	 * @throws IOException if it cannot be created, is a link, belongs to somebody else,
	 * is open to others, or could be replaced by others
	 */
	static PrivateDirectory at(Path path) throws IOException {
		Path absolute = path.toAbsolutePath();
		Path parent = absolute.getParent();
		if (parent != null) {
			Files.createDirectories(parent);
			absolute = parent.toRealPath().resolve(absolute.getFileName());
		}
		try {
			Files.createDirectory(absolute, ownerOnly(absolute));
		}
		catch (FileAlreadyExistsException ex) {
			if (!Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS)) {
				throw new IOException(absolute + " is not a directory", ex);
			}
		}
		PrivateDirectory directory = new PrivateDirectory(absolute);
		directory.verify();
		return directory;
	}

	/**
	 * Creates a directory of a new name below another one, for this process alone.
	 */
	static PrivateDirectory createdIn(Path parent) throws IOException {
		Path created = Files.createTempDirectory(parent.toRealPath(), "zova-", ownerOnly(parent));
		created.toFile().deleteOnExit();
		PrivateDirectory directory = new PrivateDirectory(created);
		directory.verify();
		return directory;
	}

	/**
	 * Makes sure that this directory has a file of this content.
	 * @return the file
	 * @throws IOException if it cannot be written, or another file is in the way
	 */
	Path file(String name, byte[] content) throws IOException {
		Path file = this.path.resolve(name);
		if (!isOurs(file, content)) {
			Path draft = Files.createTempFile(this.path, "draft-", null);
			try {
				Files.write(draft, content);
				Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			}
			finally {
				Files.deleteIfExists(draft);
			}
			if (!isOurs(file, content)) {
				throw new IOException(file + " changes while it is written");
			}
		}
		return file;
	}

	private boolean isOurs(Path file, byte[] content) throws IOException {
		if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != content.length) {
			return false;
		}
		if (isPosix(file) && (!Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(ourselves())
				|| !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)))) {
			return false;
		}
		return Arrays.equals(Files.readAllBytes(file), content);
	}

	private void verify() throws IOException {
		if (!isPosix(this.path)) {
			return;
		}
		Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(this.path, LinkOption.NOFOLLOW_LINKS);
		if (!OWNER_ONLY.containsAll(permissions)) {
			throw new IOException(this.path + " is open to others (" + PosixFilePermissions.toString(permissions)
					+ "): its permissions have to be rwx------");
		}
		UserPrincipal owner = Files.getOwner(this.path, LinkOption.NOFOLLOW_LINKS);
		if (!owner.equals(ourselves())) {
			throw new IOException(this.path + " belongs to " + owner + ", not to the user of this process");
		}
		for (Path above = this.path.getParent(); above != null; above = above.getParent()) {
			if (isReplaceableIn(above)) {
				throw new IOException(this.path + " could be replaced by others: anybody may rename what is in " + above
						+ ", which has no sticky bit");
			}
		}
	}

	/** Whether anybody may rename and remove what others have put there. */
	private static boolean isReplaceableIn(Path directory) throws IOException {
		if (!Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
			return false;
		}
		boolean modeIsKnown = directory.getFileSystem().supportedFileAttributeViews().contains("unix");
		return !modeIsKnown || ((int) Files.getAttribute(directory, "unix:mode") & STICKY) == 0;
	}

	/**
	 * The user of this process, as the owner of a file that it creates: a container's
	 * user need not have a name to look up.
	 */
	private UserPrincipal ourselves() throws IOException {
		Path probe = Files.createTempFile(this.path, "owner-", null);
		try {
			return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
		}
		finally {
			Files.deleteIfExists(probe);
		}
	}

	private static FileAttribute<?>[] ownerOnly(Path path) {
		return isPosix(path) ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(OWNER_ONLY) }
				: new FileAttribute<?>[0];
	}

	private static boolean isPosix(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

}
