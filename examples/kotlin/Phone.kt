// A grid member's phone in Kotlin, over the generated bindings; README.md beside this file says how to run it.

import java.io.File
import java.security.SecureRandom
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.system.exitProcess
import wangge.FieldEdit
import wangge.NewStep
import wangge.OpenOptions
import wangge.Order
import wangge.Phone
import wangge.PhoneException
import wangge.Query
import wangge.StatusWord
import wangge.Watcher

/** Hears that something changed. Called from a thread of the phone's own. */
private class Screen : Watcher {
    val linked = CountDownLatch(1)

    override fun onChange() = println("有变化 · something changed")

    override fun onLink(up: Boolean) {
        println(if (up) "已连接 · linked" else "已断开 · link down")
        if (up) linked.countDown()
    }

    override fun onTrouble(error: PhoneException) = println("出错 · trouble: $error")
}

/** The store's key. An app on Android asks its Keystore; here it is a file, so the folder is as safe as the file is. */
private fun keptKey(folder: File): ByteArray {
    val file = File(folder, "store.key")
    if (!file.exists()) {
        file.createNewFile()
        file.setReadable(false, false)
        file.setReadable(true, true)
        file.writeBytes(ByteArray(32).also { SecureRandom().nextBytes(it) })
    }
    return file.readBytes()
}

private fun words(phone: Phone, commits: List<String>) =
    phone.statuses(commits).joinToString { it?.word.toString().lowercase() }

private fun judged(phone: Phone, commits: List<String>) =
    phone.statuses(commits).all { it?.word == StatusWord.ADMITTED || it?.word == StatusWord.MERGED }

private fun work(folder: File, invitation: String) {
    folder.mkdirs()
    val phone = Phone.open(OpenOptions(File(folder, "records.db").path, keptKey(folder)))
    if (phone.status().member == null) {
        val status = phone.enrol(invitation, 10_000u)
        println("已登记 · enrolled with ${status.hub} as ${status.member?.name}, grid ${status.member?.area}")
    }

    // Nothing below needs a link.
    val resident = phone.create("resident", listOf(FieldEdit("name", "王芳"), FieldEdit("sex", "2")))
    val edited = phone.edit(resident.record, listOf(FieldEdit("phone", "13900000000")))
    val matter = phone.create("matter", listOf(FieldEdit("title", "路灯不亮"), FieldEdit("place", "东街")))
    val step = phone.step(matter.record, NewStep(step = "settle_on_spot", note = "已更换灯泡"))
    try {
        phone.edit(resident.record, listOf(FieldEdit("id_number", "110105194912310021")))
    } catch (error: PhoneException.FixDraft) {
        println("请改 · fix the draft, field ${error.trouble.field}: ${error.trouble.zh}")
    }

    val commits = listOf(resident, edited, matter, step).map { it.commit }
    println("已保存 · saved: ${words(phone, commits)}")

    while (!judged(phone, commits)) {
        val report = phone.syncOnce(5_000u)
        println("同步 · synced: ${report.sent} sent, ${report.received} received, ${report.waiting} waiting")
    }
    println("已采纳 · admitted: ${words(phone, commits)}")

    val screen = Screen()
    phone.watch(screen).use { watch ->
        check(screen.linked.await(30, TimeUnit.SECONDS)) { "no link within 30 s" }
        watch.stop()
    }

    val found = phone.list("resident", Query(text = "王芳", order = Order.NEWEST)).total
    phone.shut()
    phone.close() // lets go of the object; the store is shut already
    println("""{"resident":"${resident.record}","matter":"${matter.record}","found":$found}""")
}

fun main(args: Array<String>) {
    if (args.size != 2) {
        System.err.println("usage: FOLDER INVITATION")
        exitProcess(2)
    }
    try {
        work(File(args[0]), args[1])
    } catch (error: PhoneException) {
        System.err.println("${error::class.simpleName}: ${error.message}")
        exitProcess(1)
    }
}
