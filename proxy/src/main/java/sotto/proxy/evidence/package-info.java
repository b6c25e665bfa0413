/** What an assessor is shown of each capture: a signed record a line, each with the hash of the one before. Sees views. */
@org.jspecify.annotations.NullMarked
package sotto.proxy.evidence;
