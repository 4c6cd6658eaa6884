package io.zova.object;

/**
 * What has gone into the objects of a database and come out of them since it was opened.
 *
 * @param bytesWritten bytes of objects that were put, also of those that existed already
 * or were rolled back later
 * @param bytesRead bytes of objects that were given away
 */
public record ObjectStatistics(long bytesWritten, long bytesRead) {

}
